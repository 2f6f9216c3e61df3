/** Words that were struck leave this device: the copy and the texts that were set aside are written anew without them. */
import * as Y from "yjs";
import type { Asides } from "./asides";
import { openRows } from "./database";
import type { Row } from "./writing";

const PATIENCE_MS = 4000;

/** What these updates make, with nothing left of what was deleted: undo keeps such words, and rows of a copy do. */
export function clean(updates: Uint8Array[]): Uint8Array {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  return Y.encodeStateAsUpdate(doc);
}

/** Write the copy called `name` anew, as one row; `state` is what the page had, which is on the server's disk. */
export async function cleanCopy(name: string, state: Uint8Array): Promise<void> {
  const rows = await openRows<Row>(name, () => {});
  await rows.join(0, () => true, (all) => ({ update: clean([...all.map(({ update }) => update), state]), unsent: 0 }));
  rows.close();
}

export const toText = (bytes: Uint8Array): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));

const toBytes = (text: string): Uint8Array => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** Take what was struck out of every text that is set aside. `source` says which letters; rejects without a network. */
export async function cleanAsides(asides: Asides, source: string): Promise<void> {
  if (asides.all().length === 0) return;
  const answer = await fetch(source, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  const { deletions } = (await answer.json()) as { deletions: Record<string, string> };
  for (const aside of asides.all()) {
    const struck = deletions[aside.epoch];
    if (!struck) continue;
    const doc = new Y.Doc();
    Y.applyUpdate(doc, toBytes(aside.state));
    Y.applyUpdate(doc, toBytes(struck));
    const text = doc.getText("content").toString();
    if (text !== aside.text) await asides.change(aside.id, { text, state: toText(clean([Y.encodeStateAsUpdate(doc)])) });
  }
}
