/** Keeps what a live page needs to open without a network, but for its text, which is in the copy. */
import { isShells, PARTS, shellsOf } from "./caches";

const SCOPE = "/e/";
const WORKER = "/-/offline.js";

const FILES = /\/static\/[^"'\\\s<>]+/g;

/** What a page loads, by what it says: addresses of files change with their content. */
const filesOf = (page: string): string[] => [...new Set(page.match(FILES) ?? [])];

/** Files that an older build left and no kept page asks for. */
async function sweep(): Promise<void> {
  const wanted = new Set<string>();
  for (const name of (await caches.keys()).filter(isShells)) {
    const shells = await caches.open(name);
    for (const request of await shells.keys())
      for (const file of filesOf(await (await shells.match(request))!.text())) wanted.add(new URL(file, location.href).href);
  }
  const parts = await caches.open(PARTS);
  for (const request of await parts.keys()) if (!wanted.has(request.url)) await parts.delete(request);
}

/** Keep the page at the present address, which the server renders at `source` without text and token. Rejects where the browser keeps nothing. */
export async function keepShell(personId: string, source: string): Promise<void> {
  await navigator.serviceWorker.register(WORKER, { scope: SCOPE, updateViaCache: "none" });
  const page = await fetch(source);
  if (!page.ok || page.redirected) return;
  const parts = await caches.open(PARTS);
  const here = new Set((await parts.keys()).map(({ url }) => url));
  const files = filesOf(await page.clone().text()).map((file) => new URL(file, location.href).href);
  await parts.addAll(files.filter((file) => !here.has(file)));
  await (await caches.open(shellsOf(personId))).put(location.pathname, page);
  await sweep();
}

/** Pages of anybody else go; of everybody, if nobody is signed in. */
export async function keepShellsOnlyOf(personId: string | null): Promise<void> {
  if (typeof caches === "undefined") return;
  const others = (await caches.keys()).filter((name) => isShells(name) && (personId === null || name !== shellsOf(personId)));
  await Promise.all(others.map((name) => caches.delete(name)));
}

/** Remove all kept pages and the worker that serves them. */
export async function removeShells(): Promise<void> {
  await keepShellsOnlyOf(null);
  if (typeof caches !== "undefined") await caches.delete(PARTS);
  for (const worker of (await navigator.serviceWorker?.getRegistrations()) ?? []) await worker.unregister();
}
