/** How things stand, in words. Pure. "Saved" is said only when the server's disk has everything. */
import type { Standing } from "../network/standing";

export interface Situation {
  standing: Standing;
  /** a copy on this device holds what was typed */
  kept: boolean;
  /** why it is over, in the server's words */
  ended: string | null;
  /** when the server last confirmed something, as the reader's clock shows it; null if not yet */
  savedAt: string | null;
}

export type Kind = "saved" | "saving" | "connecting" | "kept" | "unkept" | "reading" | "ended";

export interface Status {
  kind: Kind;
  words: string;
}

const changes = (count: number) => (count === 1 ? "1 change" : `${count} changes`);

function unsent({ standing, kept }: Situation): Status {
  const count = standing.unconfirmed;
  const why = standing.trouble ? ` ${standing.trouble}` : "";
  if (kept) return { kind: "kept", words: `Kept on this device: ${changes(count)} not yet sent.${why}` };
  return { kind: "unkept", words: `Not saved yet: ${changes(count)}, only in this tab. Keep it open.${why}` };
}

function apart(situation: Situation): Status {
  const { standing, kept } = situation;
  if (standing.unconfirmed > 0 && standing.phase === "connecting") return unsent(situation);
  if (standing.trouble) return { kind: "connecting", words: `${standing.trouble} Trying again …` };
  if (!standing.again || standing.phase === "syncing") return { kind: "connecting", words: "Connecting …" };
  const then = kept ? "What you write is kept on this device" : "What you write stays in this tab";
  return { kind: "connecting", words: standing.mayWrite ? `No connection. ${then} until it returns.` : "No connection. Trying again …" };
}

export function describe(situation: Situation): Status {
  const { standing, ended, savedAt } = situation;
  if (ended !== null) return { kind: "ended", words: ended };
  if (standing.phase !== "live") return apart(situation);
  if (!standing.mayWrite) return { kind: "reading", words: "You may read, not write." };
  if (standing.trouble) return unsent(situation);
  if (!standing.saved) return { kind: "saving", words: "Saving …" };
  return { kind: "saved", words: savedAt ? `Saved at ${savedAt}` : "Saved" };
}

/** Whether closing the tab now would lose something. */
export const wouldLose = ({ standing, kept, ended }: Situation): boolean => ended === null && standing.unconfirmed > 0 && !kept;
