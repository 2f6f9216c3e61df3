/** What this browser keeps, by name. Everything begins with `drafting:`, so that all of it can be found and removed. */

export const OURS = "drafting:";
const UNSENT = `${OURS}unsent:`;
const KNOWN = `${OURS}copies`;

/** One copy per draft, epoch and person: another epoch or another person's text is never mixed in. */
export const copyName = (draftId: string, epoch: string, personId: string) => `${OURS}${draftId}:${epoch}:${personId}`;

export const asideName = (draftId: string, personId: string) => `${OURS}aside:${draftId}:${personId}`;

/** Storage may be switched off or full; then the answer is what an empty one would give. */
function stored<T>(act: (storage: Storage) => T, otherwise: T): T {
  try {
    return act(localStorage);
  } catch {
    return otherwise;
  }
}

/** How many changes in the copy called `name` the server had not confirmed when last noted. */
export const unsentIn = (name: string): number => stored((storage) => Number(storage.getItem(UNSENT + name)) || 0, 0);

export function noteUnsent(name: string, changes: number): void {
  stored((storage) => (changes ? storage.setItem(UNSENT + name, String(changes)) : storage.removeItem(UNSENT + name)), undefined);
}

export function unsentAnywhere(): number {
  const keys = stored((storage) => Object.keys(storage).filter((key) => key.startsWith(UNSENT)), []);
  return keys.reduce((sum, key) => sum + unsentIn(key.slice(UNSENT.length)), 0);
}

/** Names of databases made here, for browsers that cannot list them. */
export const knownCopies = (): string[] => stored((storage) => JSON.parse(storage.getItem(KNOWN) ?? "[]") as string[], []);

const setKnown = (names: string[]) => stored((storage) => storage.setItem(KNOWN, JSON.stringify(names)), undefined);

export const noteCopy = (name: string): void => setKnown([...new Set([...knownCopies(), name])]);

export const forgetCopy = (name: string): void => setKnown(knownCopies().filter((known) => known !== name));

/** Names of all copies that are on this device. */
export async function copiesHere(): Promise<string[]> {
  if (!("databases" in indexedDB)) return knownCopies();
  const listed = await indexedDB.databases().catch(() => []);
  return listed.flatMap(({ name }) => (name?.startsWith(OURS) ? [name] : []));
}
