/** What this browser keeps, by name. Everything begins with `drafting:`, so that all of it can be found and removed. */

export const OURS = "drafting:";
const ASIDES = `${OURS}aside:`;
const KNOWN = `${OURS}databases`;

/** One copy per draft, epoch and person: another epoch or another person's text is never mixed in. */
export const copyName = (draftId: string, epoch: string, personId: string) => `${OURS}${draftId}:${epoch}:${personId}`;

/** What this person suggests, and has not sent yet. */
export const forkName = (draftId: string, epoch: string, personId: string) => `${OURS}fork:${draftId}:${epoch}:${personId}`;

export const asideName = (draftId: string, personId: string) => `${ASIDES}${draftId}:${personId}`;

export const isCopy = (name: string): boolean => name.startsWith(OURS) && !name.startsWith(ASIDES);

/** Storage may be switched off or full; then the answer is what an empty one would give. */
function stored<T>(act: (storage: Storage) => T, otherwise: T): T {
  try {
    return act(localStorage);
  } catch {
    return otherwise;
  }
}

/** Names of databases made here, for browsers that cannot list them. */
const known = (): string[] => stored((storage) => JSON.parse(storage.getItem(KNOWN) ?? "[]") as string[], []);

const setKnown = (names: string[]) => stored((storage) => storage.setItem(KNOWN, JSON.stringify(names)), undefined);

export const noteName = (name: string): void => setKnown([...new Set([...known(), name])]);

export const forgetName = (name: string): void => setKnown(known().filter((other) => other !== name));

/** Names of all databases of ours that are on this device. */
export async function namesHere(): Promise<string[]> {
  if (typeof indexedDB === "undefined") return [];
  if (!("databases" in indexedDB)) return known();
  const listed = await indexedDB.databases().catch(() => []);
  return listed.flatMap(({ name }) => (name?.startsWith(OURS) ? [name] : []));
}

/** How often the time is written down, in ms. */
const SEEN_EVERY_MS = 5000;
const SEEN = `${OURS}seen:`;

/** The copy called `name` is what the server has, as of now. */
export function noteSeen(name: string): void {
  const now = Date.now();
  if (now - (seenAt(name) ?? 0) >= SEEN_EVERY_MS) stored((storage) => storage.setItem(SEEN + name, String(now)), undefined);
}

/** When the copy called `name` was last what the server has, in ms since 1970. */
export const seenAt = (name: string): number | null => stored((storage) => Number(storage.getItem(SEEN + name)) || null, null);

const STRUCK = `${OURS}struck:`;

/** where the browser remembers nothing, this page does */
const struckHere = new Map<string, number>();

/** Nothing is in the copy called `name` of what was struck the first `strikes` times. */
export function noteStrikes(name: string, strikes: number): void {
  struckHere.set(name, strikes);
  stored((storage) => storage.setItem(STRUCK + name, String(strikes)), undefined);
}

export const strikesIn = (name: string): number =>
  struckHere.get(name) ?? stored((storage) => Number(storage.getItem(STRUCK + name)) || 0, 0);
