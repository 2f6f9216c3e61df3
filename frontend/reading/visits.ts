/** What this browser has seen of published texts: the newest version at each address. Nobody else is told. */

export const VISITS = "drafting:visits";
const VISIT_MS = 30 * 60 * 1000;
/** Addresses that are remembered; those that were not visited for longest go first. */
const MOST = 300;

/** `number` is the newest version that was seen, `at` when; `before` is what the visit before this one had seen. */
export type Visit = { number: number; at: number; before: number; beforeAt: number };

export type Shelf = Pick<Storage, "getItem" | "setItem">;

/** Everything remembered; nothing if storage is switched off or holds something else. */
export function visits(shelf: Shelf): Record<string, Visit> {
  try {
    const kept: unknown = JSON.parse(shelf.getItem(VISITS) ?? "{}");
    return kept && typeof kept === "object" && !Array.isArray(kept) ? (kept as Record<string, Visit>) : {};
  } catch {
    return {};
  }
}

const isVisit = (kept: Visit | undefined): kept is Visit => [kept?.number, kept?.at, kept?.before, kept?.beforeAt].every(Number.isFinite);

/** Somebody sees version `number` at `address` at `now` (ms): what they know of it is returned as it was before. Openings within half an hour are one visit, unless something new came. */
export function visit(shelf: Shelf, address: string, number: number, now: number): Visit | null {
  const all = visits(shelf);
  const last = isVisit(all[address]) ? all[address] : null;
  const same = last !== null && number <= last.number && now - last.at < VISIT_MS && now >= last.at;
  const before = same ? { before: last.before, beforeAt: last.beforeAt } : { before: last?.number ?? 0, beforeAt: last?.at ?? 0 };
  const seen: Visit = { number: Math.max(number, last?.number ?? 0), at: now, ...before };
  const rest = Object.entries({ ...all, [address]: seen }).filter(([, kept]) => isVisit(kept));
  const newest = rest.sort(([, a], [, b]) => b.at - a.at).slice(0, MOST);
  try {
    shelf.setItem(VISITS, JSON.stringify(Object.fromEntries(newest)));
  } catch {
    // full or switched off: then nothing is remembered
  }
  return seen.before ? seen : null;
}

/** Versions that came since somebody last looked at `address`, of which `number` is the newest; 0 if they never did. */
export function newSince(shelf: Shelf, address: string, number: number): number {
  const kept = visits(shelf)[address];
  return isVisit(kept) ? Math.max(0, number - kept.number) : 0;
}
