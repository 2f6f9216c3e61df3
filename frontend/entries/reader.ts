/** What public pages can do beyond being read: tell what is new since this browser last saw a text, and copy how to cite it. */
import { make } from "../page/dom";
import { copies } from "../reading/copying";
import { newSince, type Shelf, visit } from "../reading/visits";

const COUNTED = ["no", "One", "Two", "Three", "Four", "Five"];
const many = (count: number) => `${COUNTED[count] ?? count} new version${count === 1 ? "" : "s"}`;

/** `data-looked` is a text's address, `data-version` the number of its newest version. */
const known = (element: HTMLElement) => ({ address: element.dataset.looked!, number: Number(element.dataset.version) });

function shelf(): Shelf {
  try {
    return localStorage;
  } catch {
    return { getItem: () => null, setItem: () => {} };
  }
}

/** A text that is being read. Who is signed in is told by the server, from every browser. */
function tellOf(text: HTMLElement): void {
  const { address, number } = known(text);
  const seen = visit(shelf(), address, number, Date.now());
  if (!seen || seen.before >= number || document.querySelector(".news")) return;
  const day = new Date(seen.beforeAt).toLocaleDateString("en-GB", { dateStyle: "long" });
  const difference = make("a", { href: `${address}/${seen.before}..${number}`, rel: "nofollow" }, "See what changed");
  text.before(
    make(
      "section",
      { class: "news", "aria-labelledby": "looked" },
      make("h2", { id: "looked" }, "Since you last looked"),
      make("p", {}, `${many(number - seen.before)} since ${day}, when version ${seen.before} was the newest. `, difference),
      make("p", { class: "soft" }, "Only this browser knows what you have read."),
    ),
  );
}

/** A text in a list. */
function markNew(entry: HTMLElement): void {
  const { address, number } = known(entry);
  const count = newSince(shelf(), address, number);
  if (count) entry.append(" ", make("b", { class: "tag" }, `${many(count)} since you looked`));
}

for (const text of document.querySelectorAll<HTMLElement>("article[data-looked]")) tellOf(text);
for (const entry of document.querySelectorAll<HTMLElement>("p[data-looked]")) markNew(entry);
copies();
