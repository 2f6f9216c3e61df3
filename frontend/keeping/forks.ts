/** What somebody suggests and has not sent yet is kept on this device: one row, written anew with every change. */
import { openRows, removeRows, type Rows } from "./database";
import { forgetName, forkName, namesHere, noteName } from "./names";
import { rowsOf } from "./unsent";
import type { Row } from "./writing";

/** `unsent` is how many changes it is in, `words` what was typed, `batch` what they are called when they are sent. */
export type ForkRow = Row & { words: string; batch: string };

export interface ForkShelf {
  /** what an earlier page kept; of several rows all belong together */
  found: ForkRow[];
  /** True once it is on this device's disk, null while it is on the way, false if the device does not take it. */
  kept(): boolean | null;
  put(row: () => ForkRow): void;
  /** Nothing is left to keep. */
  empty(): void;
  close(): void;
}

/** `changed` is called when `kept` is something else. */
export async function openForkShelf(name: string, changed: () => void): Promise<ForkShelf> {
  let rows: Rows<ForkRow> | null = await openRows<ForkRow>(name, () => void (rows = null)).catch(() => null);
  const before = (await rows?.after(0).catch(() => [])) ?? [];
  if (rows) noteName(name);
  let last = before.map(([key]) => key);
  let next: (() => ForkRow) | null = null;
  let [busy, over] = [false, false];
  let failed = rows === null;
  const write = async () => {
    if (busy) return;
    busy = true;
    while (next && rows) {
      const row = next();
      next = null;
      try {
        const gone = last;
        if (row.unsent) last = [await rows.append(row, true)];
        else last = [];
        await rows.remove(gone);
        failed = false;
      } catch {
        failed = true;
      }
    }
    busy = false;
    if (over) rows?.close();
    else changed();
  };
  const put = (row: () => ForkRow) => {
    next = row;
    void write();
  };
  return {
    found: before.map(([, row]) => row),
    kept: () => (rows === null || failed ? false : busy ? null : true),
    put,
    empty: () => put(() => ({ update: new Uint8Array(), unsent: 0, words: "", batch: "" })),
    close() {
      over = true;
      if (!busy) rows?.close();
    },
  };
}

/** Hand over what this person suggested in other epochs of this draft, in plain words; each is removed once `taken` has it. */
export async function handOverForks(draftId: string, personId: string, epoch: string, taken: (words: string, epoch: string) => Promise<boolean>): Promise<void> {
  const [before, after] = [forkName(draftId, "", "").slice(0, -1), `:${personId}`];
  for (const name of await namesHere()) {
    if (name === forkName(draftId, epoch, personId) || !name.startsWith(before) || !name.endsWith(after)) continue;
    const words = (await rowsOf<ForkRow>(name)).map((row) => row.words).join("\n\n");
    if (words.trim() && !(await taken(words, name.slice(before.length, -after.length)))) continue;
    forgetName(name);
    await removeRows(name);
  }
}
