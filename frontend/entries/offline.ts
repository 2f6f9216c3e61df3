/** The service worker. A new one takes over at once: what it serves is found by addresses that change with their content. */
import { isLivePage, isPart, livePage, part, removeOldCaches } from "../keeping/worker";

interface Lasting extends Event {
  waitUntil(act: Promise<unknown>): void;
}

interface Asked extends Lasting {
  request: Request;
  preloadResponse: Promise<Response | undefined>;
  respondWith(answer: Promise<Response>): void;
}

interface Worker {
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  registration: { navigationPreload?: { enable(): Promise<void> } };
  addEventListener(type: "install" | "activate", act: (event: Lasting) => void): void;
  addEventListener(type: "fetch", act: (event: Asked) => void): void;
}

const worker = self as unknown as Worker;

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));

worker.addEventListener("activate", (event) => {
  const begin = async () => {
    await worker.registration.navigationPreload?.enable();
    await removeOldCaches();
    await worker.clients.claim();
  };
  event.waitUntil(begin());
});

const answer = async (event: Asked) => (await event.preloadResponse) ?? fetch(event.request);

worker.addEventListener("fetch", (event) => {
  if (isLivePage(event.request)) {
    const network = answer(event);
    event.waitUntil(network.catch(() => {}));
    event.respondWith(livePage(event.request, network));
  } else if (isPart(event.request)) event.respondWith(part(event.request));
});
