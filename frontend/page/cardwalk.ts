/** From card to card by key: the card stands over the page, its words are shown in the text, and what can be done with it is in it. */
import { EditorView } from "@codemirror/view";
import { announce as say, make, part } from "./dom";
import type { Settings } from "./settings";
import type { Tool } from "./tools";

export interface Place {
  from: number;
  to: number;
}

export interface CardWalk {
  /** For the menu and the keys. */
  tools: Tool[];
  /** The card that somebody is at. */
  now(): HTMLElement | null;
  /** Draw the cards anew by `replace`; whoever is at one stays there, with what they typed. */
  around(replace: () => void): void;
}

/** Somebody else decided it while something was typed at it. */
const isOver = ({ dataset }: HTMLElement) => dataset.over !== undefined;

/** "2 of 3. A suggestion by Cleo. Out: dark. In: dim." */
function told(card: HTMLElement, at: number, many: string): string {
  const words = (selector: string, before = "") => [...card.querySelectorAll(selector)].map((one) => `${before}${one.textContent!.trim().replace(/[.?!]$/, "")}.`);
  const change = [...words("del", "Out: "), ...words("ins", "In: ")];
  return [`${at} of ${many}.`, ...words("h2 a"), ...words("bdi.by", "By "), ...(change.length ? change : words("mark, .said"))].join(" ");
}

/** `load` draws the cards anew, from the `first` of all if it is given. */
export function openCardWalk(settings: Settings, view: () => EditorView, placeOf: (card: HTMLElement) => Place | null, marked: () => void, load: (first?: number) => Promise<void>): CardWalk {
  const panel = part("live-cards");
  const acts = (part<HTMLTemplateElement>("live-acts").content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
  const find = (name: string) => acts.querySelector<HTMLElement>(`[data-step=${name}]`);
  const wrong = acts.querySelector<HTMLElement>(".wrong")!;
  const cards = () => [...panel.querySelectorAll<HTMLElement>(".card")];
  /** Where these are among all: `first`, of `many`; the pages after and before begin at `next` and `before`, round and round. */
  const page = () => panel.querySelector<HTMLElement>("[data-first]")!.dataset as Record<"first" | "many" | "next" | "before", string>;
  let now: HTMLElement | null = null;

  /** What was typed at a card and not sent, by the card's id: whoever comes back to it finds it there. */
  const typed = new Map<string, string[]>();
  const fields = () => [...acts.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea")];
  const words = () => fields().map(({ value }) => value);

  function putAway(): void {
    if (!now) return;
    now.classList.remove("now");
    if (words().some(Boolean)) typed.set(now.id, words());
    else typed.delete(now.id);
    if (isOver(now)) now.remove();
  }

  function leave(): void {
    putAway();
    acts.remove();
    now = null;
    marked();
  }

  function enter(card: HTMLElement): void {
    if (now === card) return;
    putAway();
    now = card;
    const before = typed.get(card.id) ?? [];
    for (const [at, field] of fields().entries()) {
      field.value = before[at] ?? "";
      field.closest("details")!.open = field.value !== "";
    }
    dress(card);
    marked();
  }

  /** What can be done with it goes into the card. */
  function dress(card: HTMLElement): void {
    wrong.textContent = isOver(card) ? "This was decided just now. What you typed is still here, and you can still answer." : "";
    const [suggestion, seen] = [card.dataset.kind === "suggestion", card.dataset.seen];
    for (const [name, can] of [["accept", suggestion && seen !== undefined], ["decline", suggestion], ["resolve", !suggestion]] as const) {
      const one = find(name);
      if (one) (one.closest("details") ?? one).hidden = !can || isOver(card);
    }
    find("go")!.hidden = !placeOf(card);
    const { first, many } = page();
    card.tabIndex = -1;
    if (!isOver(card)) card.setAttribute("aria-label", told(card, Number(first) + cards().indexOf(card), many));
    card.append(acts);
  }

  function goTo(at: number): void {
    const all = cards();
    const card = all[at];
    if (!card) return say("There are no suggestions or comments.");
    enter(card);
    card.classList.add("now");
    const place = placeOf(card);
    if (place) view().dispatch({ effects: EditorView.scrollIntoView(place.from, { y: "start", yMargin: 24 }) });
    card.focus({ preventScroll: true });
  }

  async function step(by: number): Promise<void> {
    const all = cards();
    const at = (now ? all.indexOf(now) : by > 0 ? -1 : all.length) + by;
    if (all[at] || !all.length) return goTo(at);
    const { first, next, before } = page();
    const other = by > 0 ? next : before;
    if (other !== first) {
      leave();
      await load(Number(other));
    }
    goTo(by > 0 ? 0 : cards().length - 1);
  }

  async function take(card: HTMLElement, name: string, given: Record<string, string>): Promise<void> {
    const headers = { Accept: "application/json", "X-CSRFToken": settings.csrf };
    const address = `${card.querySelector<HTMLAnchorElement>("h2 a")!.href}/${name}`;
    const answer = await fetch(address, { method: "POST", headers, body: new URLSearchParams(given) }).catch(() => null);
    const said = (await answer?.json().catch(() => null)) as { said?: string; detail?: string } | null;
    // on a slow line somebody may be typing at another card by now
    const stays = now?.id === card.id;
    if (!answer?.ok) {
      const refusal = said?.detail ?? "That did not work. Please try again in a moment.";
      if (stays) wrong.textContent = refusal;
      else say(refusal);
      return;
    }
    const at = cards().indexOf(now ?? card);
    say(said?.said ?? "");
    if (!stays) {
      typed.delete(card.id);
      return load();
    }
    for (const field of fields()) field.value = "";
    leave();
    await load();
    const there = name === "reply" ? cards().findIndex(({ id }) => id === card.id) : -1;
    if (there >= 0) return goTo(there);
    const rest = cards().length;
    if (rest) goTo(Math.min(at, rest - 1));
    else view().focus();
  }

  acts.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    void take(now!, form.dataset.step!, Object.fromEntries(new FormData(form)) as Record<string, string>);
  });
  acts.addEventListener("click", ({ target }) => {
    const name = (target as HTMLElement).dataset.step;
    if (name === "accept") void take(now!, name, { seen: now!.dataset.seen! });
    const place = name === "go" && placeOf(now!);
    if (!place) return;
    view().dispatch({ selection: { anchor: place.from, head: place.to }, effects: EditorView.scrollIntoView(place.from, { y: "center" }) });
    view().focus();
  });
  panel.addEventListener("focusin", ({ target }) => {
    const card = (target as Element).closest<HTMLElement>(".card");
    if (card) enter(card);
  });
  panel.addEventListener("focusout", ({ relatedTarget }) => {
    if (now && relatedTarget && !now.contains(relatedTarget as Node)) leave();
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (now?.classList.contains("now") && !now.contains(target as Node)) leave();
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !now) return;
    event.preventDefault();
    view().focus();
  });
  return {
    now: () => now,
    tools: [
      { words: "Next suggestion or comment", key: "F8", reads: true, run: () => void step(1) },
      { words: "Suggestion or comment before", key: "Shift-F8", reads: true, run: () => void step(-1) },
    ],
    around(replace) {
      const [card, at, focused] = [now, now ? cards().indexOf(now) : -1, document.activeElement as HTMLElement | null];
      const [inside, floats] = [card?.contains(focused) ?? false, card?.classList.contains("now") ?? false];
      replace();
      if (!card) return;
      const again = document.getElementById(card.id);
      if (!again && !(inside && words().some(Boolean))) {
        leave();
        if (!inside) return;
        say("This was decided just now.");
        // never into the text: whoever goes on typing would type there
        if (cards().length) goTo(Math.min(at, cards().length - 1));
        else panel.querySelector<HTMLElement>("h2")!.focus();
        return;
      }
      now = again ?? card;
      if (!again) {
        card.dataset.over = "";
        (panel.querySelector("ol.cards") ?? panel.appendChild(make("ol", { class: "cards" }))).append(card);
      }
      if (floats) now.classList.add("now");
      dress(now);
      if (inside) (acts.contains(focused) ? focused! : now).focus({ preventScroll: true });
    },
  };
}
