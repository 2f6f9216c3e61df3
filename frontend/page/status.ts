/** How things stand, in words. Pure. "Saved" is said only when the server's disk has everything. */
import type { Standing } from "../network/standing";

export interface Situation {
  standing: Standing;
  /** What is on screen: what the server rendered, a copy from this device, or a text that was live in this page. */
  shows: "page" | "copy" | "live";
  /** when the copy was last what the server has, in words; null if nobody knows */
  copyOf: string | null;
  /** a copy on this device holds what was typed; null while the disk is at it */
  kept: boolean | null;
  /** the draft was restarted, and what was typed before is set aside on this page */
  restarted: boolean;
  /** why it is over, in the server's words */
  ended: string | null;
  /** what was typed while suggesting and not sent; null while nobody suggests */
  suggesting: { changes: number; kept: boolean | null } | null;
  /** when the server last confirmed something, as the reader's clock shows it; null if not yet */
  savedAt: string | null;
}

export type Kind = "saved" | "saving" | "connecting" | "kept" | "unkept" | "reading" | "restarted" | "ended";

export interface Status {
  kind: Kind;
  words: string;
}

const RESTARTED = "This draft was restarted; your text is kept below as a proposal.";

const changes = (count: number) => (count === 1 ? "1 change" : `${count} changes`);

const copy = ({ copyOf }: Situation) => (copyOf ? `the copy of ${copyOf}` : "an earlier copy");

function unsent(situation: Situation): Status {
  const { standing, kept, shows } = situation;
  const count = changes(standing.unconfirmed);
  const where = shows === "copy" ? ` No connection: this is ${copy(situation)}.` : "";
  const why = standing.trouble ? ` ${standing.trouble}` : where;
  if (kept === null) return { kind: "saving", words: `Keeping ${count} on this device …${why}` };
  if (kept) return { kind: "kept", words: `Kept on this device: ${count} not yet sent.${why}` };
  return { kind: "unkept", words: `Only in this tab: ${count} not yet sent. Keep it open.${why}` };
}

function cutOff(situation: Situation): string {
  const { standing, shows, kept } = situation;
  if (standing.trouble) return `${standing.trouble} Trying again …`;
  if (shows === "copy") return `No connection. This is ${copy(situation)}, kept on this device.`;
  if (!standing.again) return "Connecting …";
  if (shows === "page" || !standing.mayWrite) return "No connection. Trying again …";
  return `No connection. What you write ${kept !== false ? "is kept on this device" : "stays in this tab"} until it returns.`;
}

function apart(situation: Situation): Status {
  const { standing } = situation;
  if (standing.phase === "syncing")
    return { kind: "connecting", words: standing.again ? "Checking whether this text is up to date …" : "Connecting …" };
  return standing.unconfirmed > 0 ? unsent(situation) : { kind: "connecting", words: cutOff(situation) };
}

function suggests({ suggesting, standing }: Situation): Status {
  const { changes: made, kept } = suggesting!;
  const line = standing.phase === "connecting" && standing.again ? " No connection." : "";
  if (!made) return { kind: "reading", words: `Suggesting: nothing changed yet.${line}` };
  const where = kept === null ? "being kept on this device" : kept ? "kept on this device" : "only in this tab, so keep it open";
  return { kind: kept === false ? "unkept" : "kept", words: `Suggesting: ${changes(made)} not sent yet, ${where}.${line}` };
}

export function describe(situation: Situation): Status {
  const { standing, ended, savedAt, restarted } = situation;
  if (ended !== null) return { kind: "ended", words: ended };
  if (situation.suggesting && standing.unconfirmed === 0) return suggests(situation);
  if (standing.phase !== "live") return apart(situation);
  if (standing.trouble && standing.unconfirmed > 0) return unsent(situation);
  if (standing.mayWrite && !standing.saved) return { kind: "saving", words: "Saving …" };
  const saved = savedAt ? `Saved at ${savedAt}` : "Saved";
  if (restarted) return { kind: "restarted", words: standing.mayWrite ? `${saved}. ${RESTARTED}` : RESTARTED };
  return standing.mayWrite ? { kind: "saved", words: saved } : { kind: "reading", words: "You may read, not write." };
}

/** Whether closing the tab now would lose something. */
export const wouldLose = ({ standing, kept, ended, suggesting }: Situation): boolean => (ended === null && standing.unconfirmed > 0 && !kept) || (!!suggesting?.changes && !suggesting.kept);
