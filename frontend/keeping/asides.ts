/** Texts that the server did not take, kept until their writer says what becomes of them. */
import { asideName } from "./names";

export interface Aside {
  id: string;
  text: string;
  reason: string;
  /** plain words */
  message: string;
  /** ISO 8601 */
  when: string;
}

export interface Asides {
  all(): Aside[];
  /** Put one more aside; false if it could only be kept in memory. */
  add(aside: Omit<Aside, "id" | "when">): boolean;
  remove(id: string): void;
}

/** On a device that keeps nothing they live as long as the tab, reloads included. */
export function openAsides(draftId: string, personId: string, keep: boolean): Asides {
  const name = asideName(draftId, personId);
  const storage = () => (keep ? localStorage : sessionStorage);
  let asides: Aside[] = [];
  try {
    asides = JSON.parse(storage().getItem(name) ?? "[]") as Aside[];
  } catch {
    // nothing readable is there
  }
  const write = (): boolean => {
    try {
      if (asides.length) storage().setItem(name, JSON.stringify(asides));
      else storage().removeItem(name);
      return true;
    } catch {
      return false;
    }
  };
  return {
    all: () => [...asides],
    add(aside) {
      const same = asides.some((other) => other.text === aside.text);
      const when = new Date().toISOString();
      if (!same) asides.push({ ...aside, when, id: `${when}-${asides.length}` });
      return write();
    },
    remove(id) {
      asides = asides.filter((aside) => aside.id !== id);
      write();
    },
  };
}
