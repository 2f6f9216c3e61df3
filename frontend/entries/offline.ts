/**
 * The service worker. A new one takes over at once: what it serves is found by addresses that change with their content.
 * Navigations are not preloaded: of a page that this does not answer for, the browser would then ask twice, and the
 * notice that is shown once would be on the answer that it throws away.
 */
import { isLivePage, isPart, livePage, part, removeOldCaches } from "../keeping/worker";

interface Lasting extends Event {
  waitUntil(act: Promise<unknown>): void;
}

interface Asked extends Lasting {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}

interface Worker {
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  addEventListener(type: "install" | "activate", act: (event: Lasting) => void): void;
  addEventListener(type: "fetch", act: (event: Asked) => void): void;
}

const worker = self as unknown as Worker;

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));

worker.addEventListener("activate", (event) => {
  const begin = async () => {
    await removeOldCaches();
    await worker.clients.claim();
  };
  event.waitUntil(begin());
});

worker.addEventListener("fetch", (event) => {
  if (isLivePage(event.request)) {
    const network = fetch(event.request);
    event.waitUntil(network.catch(() => {}));
    event.respondWith(livePage(event.request, network));
  } else if (isPart(event.request)) event.respondWith(part(event.request));
});
