/** A copy of one live text on this device, so that what is typed without a connection survives closing the tab. */
import * as Y from "yjs";
import { type openRows, removeRows, type Rows } from "./database";
import { copyName, forgetName, namesHere, noteName } from "./names";
import { rowsOf, sum } from "./unsent";
import { openWriting, type Row, type Writing } from "./writing";

const OPEN_MS = 3000;

const FROM_DEVICE = Symbol("from this device");

export interface Copy {
  name: string;
  /** an earlier page had kept something in it */
  held: boolean;
  /** The device has everything that was made here. */
  holds(): boolean;
  /** It is about to: in a moment it is known whether it does. */
  busy(): boolean;
  /** Call `then` when it holds all that was made until now, or cannot in time. Calls keep their order. */
  after(then: () => void): void;
  /** The server's disk has everything that is in the document. */
  confirmed(): void;
  /** Take in what other tabs kept since. */
  refresh(): Promise<void>;
  /** The page may end now: write what waits. */
  hurry(): void;
  close(): void;
  remove(): Promise<void>;
}

/** Whether a transaction of this origin was loaded from this device. */
export const fromDevice = (origin: unknown): boolean => origin === FROM_DEVICE;

const within = <T>(ms: number, promise: Promise<T>): Promise<T> =>
  Promise.race([promise, new Promise<never>((_done, fail) => setTimeout(() => fail(new Error("timed out")), ms))]);

function take(doc: Y.Doc, rows: Row[]): void {
  doc.transact(() => rows.forEach(({ update }) => Y.applyUpdate(doc, update)), FROM_DEVICE);
}

export interface Keeping {
  open: typeof openRows;
  /** Whether a transaction of this origin came from the server. */
  fromServer(origin: unknown): boolean;
  /** How many changes are in `doc` by now that the server has not confirmed. */
  unsent(): number;
  /** So many changes that an earlier page kept, and never saw confirmed, are about to be in `doc`. */
  found(changes: number): void;
  /** The device took, or refused, what was to be kept. */
  changed(): void;
}

/** Load the copy into `doc` and keep it up to date. Null where the browser keeps nothing (private windows, full disk). */
export async function openCopy(name: string, doc: Y.Doc, keeping: Keeping): Promise<Copy | null> {
  let gone = false;
  try {
    const rows = await within(OPEN_MS, keeping.open<Row>(name, () => void (gone = true)));
    const found = await rows.after(0);
    const before = doc.store.clients.size > 0;
    keeping.found(sum(found.map(([, row]) => row)));
    take(doc, found.map(([, row]) => row));
    noteName(name);
    return keep(name, doc, rows, found, before, () => gone, keeping);
  } catch {
    return null;
  }
}

function keep(
  name: string, doc: Y.Doc, rows: Rows<Row>, found: [number, Row][], before: boolean, gone: () => boolean, keeping: Keeping,
): Copy {
  const absorb = (more: Row[]) => {
    take(doc, more);
    return Y.encodeStateAsUpdate(doc);
  };
  const writing: Writing = openWriting(rows, absorb, keeping.changed);
  let last = 0;
  const adopt = (more: [number, Row][]) => {
    last = Math.max(last, ...more.map(([key]) => key));
    writing.adopt(more.filter(([, row]) => row.unsent).map(([key]) => key));
  };
  adopt(found);
  if (before) writing.add(Y.encodeStateAsUpdate(doc), keeping.unsent());
  const onUpdate = (update: Uint8Array, origin: unknown) => {
    if (!gone() && origin !== FROM_DEVICE) writing.add(update, keeping.fromServer(origin) ? 0 : 1);
  };
  doc.on("update", onUpdate);
  const close = () => {
    doc.off("update", onUpdate);
    if (!gone()) writing.hurry();
    writing.end();
    rows.close();
  };
  return {
    name,
    close,
    held: found.length > 0,
    holds: () => !gone() && writing.done(),
    busy: () => !gone() && writing.busy(),
    after: (then) => (gone() ? then() : writing.after(then)),
    confirmed: writing.confirmed,
    hurry: () => gone() || writing.hurry(),
    async refresh() {
      if (gone()) return;
      const more = (await rows.after(last)).filter(([key]) => !writing.wrote(key));
      adopt(more);
      take(doc, more.map(([, row]) => row));
    },
    async remove() {
      close();
      await drop(name);
    },
  };
}

async function drop(name: string): Promise<void> {
  forgetName(name);
  await removeRows(name);
}

/** Hand over the documents of this draft that this person left here in other epochs; each is removed once `taken` has it. */
export async function handOverStrays(
  draftId: string, personId: string, epoch: string, taken: (doc: Y.Doc, epoch: string) => Promise<boolean>,
): Promise<void> {
  const own = copyName(draftId, epoch, personId);
  const [before, after] = [copyName(draftId, "", "").slice(0, -1), `:${personId}`];
  const names = (await namesHere()).filter((name) => name !== own && name.startsWith(before) && name.endsWith(after));
  for (const name of names) {
    const doc = new Y.Doc();
    take(doc, await rowsOf<Row>(name));
    const text = doc.getText("content").toString();
    if (!text.trim() || (await taken(doc, name.slice(before.length, -after.length)))) await drop(name);
  }
}
