/** What happened to the draft while one was writing: one calm line with a link, and the links to versions brought up to date. */
import type { News } from "../network/network";
import { button, make, part } from "./dom";

const INVITATION: Record<string, string> = { put_forward: "See what was put forward", published: "Read it", editor: "Load this page again" };

function refreshLinks({ kind, url, version }: News): void {
  if (kind !== "published" || version === null) return;
  for (const link of document.querySelectorAll<HTMLAnchorElement>(".live-published")) {
    link.textContent = `Published version ${version}`;
    if (url) link.href = url;
  }
  for (const link of document.querySelectorAll(".live-next-version")) link.textContent = `Put forward as version ${version + 1}`;
}

/** Take away what is over; `kind` as in the news that was told. */
export function endNews(kind: string): void {
  const place = part("live-news");
  if (place.dataset.kind === kind) place.replaceChildren();
}

/** The place is a polite live region, so the words are spoken once. */
export function tellNews(news: News): void {
  const place = part("live-news");
  place.dataset.kind = news.kind;
  const link = news.url && make("a", { href: news.url }, INVITATION[news.kind] ?? "Read more");
  const close = button("Close", () => place.replaceChildren());
  place.replaceChildren(make("div", { class: "banner" }, make("p", {}, news.message, link ? " " : null, link || null), close));
  refreshLinks(news);
}
