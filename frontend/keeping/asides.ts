/** Texts that the server did not take, kept until their writer says what becomes of them. */
import { openRows, type Rows } from "./database";
import { asideName, noteName } from "./names";

export interface Aside {
  id: string;
  text: string;
  /** the document that `text` was the text of, as base64: what is struck later can be taken out of it */
  state: string;
  epoch: string;
  reason: string;
  /** plain words */
  message: string;
  /** ISO 8601 */
  when: string;
}

export interface Asides {
  all(): Aside[];
  /** Put one more aside. False if it is only in memory; true once it outlives the page. */
  add(aside: Omit<Aside, "id" | "when">): Promise<boolean>;
  change(id: string, to: Pick<Aside, "text" | "state">): Promise<void>;
  remove(id: string): Promise<void>;
}

interface Shelf {
  all(): Promise<Aside[]>;
  put(aside: Aside): Promise<void>;
  take(id: string): Promise<void>;
}

/** Every tab of this person has the same shelf; a text is a row of its own. */
async function deviceShelf(name: string): Promise<Shelf> {
  const rows: Rows<Aside> = await openRows(name, () => {});
  noteName(name);
  return {
    all: async () => (await rows.after(0)).map(([, aside]) => aside),
    put: async (aside) => void (await rows.append(aside, true)),
    async take(id) {
      const found = await rows.after(0);
      await rows.remove(found.filter(([, aside]) => aside.id === id).map(([key]) => key));
    },
  };
}

/** It lives as long as the tab, reloads included. */
function tabShelf(name: string): Shelf {
  const read = (): Aside[] => {
    try {
      return JSON.parse(sessionStorage.getItem(name) ?? "[]") as Aside[];
    } catch {
      return [];
    }
  };
  const write = (asides: Aside[]) => sessionStorage.setItem(name, JSON.stringify(asides));
  return {
    all: async () => read(),
    put: async (aside) => write([...read(), aside]),
    take: async (id) => write(read().filter((aside) => aside.id !== id)),
  };
}

/** On a device that keeps nothing, or cannot, they live as long as the tab. */
export async function openAsides(draftId: string, personId: string, keep: boolean): Promise<Asides> {
  const name = asideName(draftId, personId);
  const shelf = keep ? await deviceShelf(name).catch(() => tabShelf(name)) : tabShelf(name);
  let asides = await shelf.all().catch((): Aside[] => []);
  /** texts that are nowhere but in memory */
  const fragile = new Set<string>();
  return {
    all: () => [...asides],
    async add(said) {
      if (asides.some((other) => other.text === said.text)) return !fragile.has(said.text);
      const when = new Date().toISOString();
      const aside = { ...said, when, id: `${when}-${Math.random().toString(36).slice(2)}` };
      asides.push(aside);
      return shelf.put(aside).then(
        () => true,
        () => {
          fragile.add(said.text);
          return false;
        },
      );
    },
    async change(id, to) {
      asides = asides.map((aside) => (aside.id === id ? { ...aside, ...to } : aside));
      await shelf.take(id).catch(() => {});
      for (const aside of asides) if (aside.id === id) await shelf.put(aside).catch(() => {});
    },
    async remove(id) {
      asides = asides.filter((aside) => aside.id !== id);
      await shelf.take(id).catch(() => {});
    },
  };
}
