/** Who is here: in words, and as a list with a colour and a sign for each. Never announced by itself. */
import type { Awareness } from "y-protocols/awareness";
import { type Guest, guestOf } from "../text/guests";
import { button, make, part } from "./dom";

const PATTERNS = 4;
const REDRAW_MS = 400;
/** From this width on the list of people has a place of its own beside the text; editor.css says the same. */
export const isRoomy = (): boolean => matchMedia("(min-width: 72rem)").matches;

export interface Present extends Guest {
  you: boolean;
  /** has a cursor in the text */
  writing: boolean;
}

/** One entry per person, however many tabs they have open; you first, then those with names. */
export function present(states: ReadonlyMap<number, Record<string, unknown>>, own: number, me: Guest): Present[] {
  const found = new Map<string, Present>([[me.id, { ...me, you: true, writing: false }]]);
  for (const [client, state] of states) {
    const guest = guestOf(state);
    if (client === own || !state.user || found.get(guest.id)?.you) continue;
    found.set(guest.id, { ...guest, you: false, writing: Boolean(state.cursor) || (found.get(guest.id)?.writing ?? false) });
  }
  const rank = (person: Present) => (person.you ? 0 : person.named ? 1 : 2);
  return [...found.values()].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

export const countInWords = (count: number): string => (count === 1 ? "Only you are here" : `${count} people here`);

/** Stable, so that a person keeps the pattern. */
function patternOf(id: string): number {
  let sum = 0;
  for (const sign of id) sum = (sum * 31 + sign.codePointAt(0)!) >>> 0;
  return sum % PATTERNS;
}

function entry(person: Present, seek: (id: string) => void): HTMLElement {
  const initial = person.named ? ([...person.name][0]?.toLocaleUpperCase() ?? "") : "";
  const swatch = make("span", { class: `swatch pattern${person.named ? "" : patternOf(person.id)}`, "aria-hidden": "true" }, initial);
  swatch.style.setProperty("--colour", person.colour);
  swatch.style.setProperty("--on-colour", person.ink);
  const own = person.named ? `${person.name} (you)` : "you, shown as “a writer”";
  if (person.you || !person.writing) return make("li", {}, swatch, person.you ? own : person.name);
  const there = button(person.name, () => seek(person.id), "");
  there.setAttribute("aria-label", `${person.name}: go to where they write`);
  return make("li", {}, swatch, there);
}

export interface People {
  /** Whether the room is heard from: otherwise nobody knows who is there. */
  connected(is: boolean): void;
  stop(): void;
}

/** Keep the list up to date. `seek` shows where somebody writes. */
export function showPeople(awareness: Awareness, me: () => Guest, seek: (id: string) => void): People {
  const count = part("live-people-count");
  const list = part("live-people-list");
  const shownBefore = list.childElementCount > 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let shown = "";
  let known = false;
  const draw = () => {
    timer = undefined;
    const people = present(awareness.getStates(), awareness.clientID, me());
    const key = JSON.stringify([known, people]);
    if (key === shown) return;
    shown = key;
    count.textContent = known ? countInWords(people.length) : "Who is here: not known now";
    list.replaceChildren(...people.map((person) => entry(person, seek)));
  };
  const soon = () => void (timer ??= setTimeout(draw, REDRAW_MS));
  draw();
  if (!shownBefore) part<HTMLDetailsElement>("live-people").open = isRoomy();
  awareness.on("change", soon);
  return {
    connected(is) {
      known = is;
      soon();
    },
    stop() {
      clearTimeout(timer);
      awareness.off("change", soon);
    },
  };
}
