/** Answers for the server when there is no network: with kept pages, and with the files that they load. Keeps nothing by itself. */
import { isShells, PARTS } from "./caches";
import { OURS } from "./names";

/** a server that has not answered by then will not be waited for, if there is a kept page */
const PATIENCE_MS = 5000;
const LIVE = /^\/e\/[^/]+\/[^/]+\/live$/;
const FILES = "/static/";
/** said by what stands before a server that is away for a moment */
const AWAY: ReadonlySet<number> = new Set([502, 503, 504]);
/** said of a text that this browser's person must not read any more */
const CLOSED: ReadonlySet<number> = new Set([401, 403, 404, 410]);

export const isLivePage = (request: Request): boolean =>
  request.mode === "navigate" && request.method === "GET" && LIVE.test(new URL(request.url).pathname);

export function isPart(request: Request): boolean {
  const { origin, pathname } = new URL(request.url);
  return request.method === "GET" && origin === location.origin && pathname.startsWith(FILES);
}

const kept = (request: Request) => caches.match(new URL(request.url).pathname, { ignoreVary: true });

async function drop(request: Request): Promise<void> {
  for (const name of (await caches.keys()).filter(isShells)) await (await caches.open(name)).delete(new URL(request.url).pathname);
}

/** The server's page; the kept one where there is no server. `network` is the server's answer, under way. */
export async function livePage(request: Request, network: Promise<Response>): Promise<Response> {
  const away = new Promise<null>((done) => setTimeout(() => done(null), PATIENCE_MS));
  const page = await kept(request);
  if (!page) return network;
  const answer = await Promise.race([network.catch(() => null), away]);
  if (!answer || AWAY.has(answer.status)) return page;
  if (CLOSED.has(answer.status)) await drop(request);
  return answer;
}

export async function part(request: Request): Promise<Response> {
  return (await (await caches.open(PARTS)).match(request, { ignoreVary: true })) ?? fetch(request);
}

/** Caches of ours that this build does not know. */
export async function removeOldCaches(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== PARTS && !isShells(name));
  await Promise.all(old.map((name) => caches.delete(name)));
}
