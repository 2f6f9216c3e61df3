/** When the server refuses this document for good: the text is set aside, and a fresh copy takes its place. */
import type { Asides } from "../keeping/asides";
import type { Refusal } from "../network/network";
import { additions } from "../text/difference";

/** Nothing is wrong with the text; the page must be loaded again to learn who is asking. */
const ASK_AGAIN: ReadonlySet<string> = new Set(["signed_out", "csrf"]);

export const needsNewPage = (refusal: Refusal): boolean => ASK_AGAIN.has(refusal.reason);

export interface Parting {
  text: string;
  state: string;
  epoch: string;
  refusal: Refusal;
  /** a copy stays on this device and goes out when the page is loaded again */
  kept: boolean;
  unconfirmed: number;
}

/** Put the text aside unless it is safe elsewhere. False if it is in memory only, and must not be left alone. */
export async function setAside(asides: Asides, { text, state, epoch, refusal, kept, unconfirmed }: Parting): Promise<boolean> {
  if (!text.trim()) return true;
  if (needsNewPage(refusal) && (kept || unconfirmed === 0)) return true;
  return asides.add({ text, state, epoch, reason: refusal.reason, message: refusal.message });
}

/** What is set aside but wholly in the fresh copy was not lost: it need not be offered. */
export function dropWhatIsThere(asides: Asides, current: string): void {
  for (const aside of asides.all()) if (additions(current, aside.text).length === 0) void asides.remove(aside.id);
}
