/** A copy of one live text on this device, so that what is typed without a connection survives closing the tab. */
import * as Y from "yjs";
import { openRows, removeRows, type Rows } from "./database";
import { copiesHere, copyName, forgetCopy, noteCopy, noteUnsent, unsentIn } from "./names";

const OPEN_MS = 3000;
/** more rows than this are written anew as one */
const MOST_ROWS = 300;
/** a disk that takes longer than this for a row cannot be relied on */
const SLOW_MS = 1000;

const FROM_DEVICE = Symbol("from this device");

export interface Copy {
  name: string;
  /** changes that an earlier page kept and never saw confirmed */
  remembered: number;
  /** The device has everything that is in the document. */
  holds(): boolean;
  note(unconfirmed: number): void;
  close(): void;
  remove(): Promise<void>;
}

/** Whether a transaction of this origin was loaded from this device. */
export const fromDevice = (origin: unknown): boolean => origin === FROM_DEVICE;

const within = <T>(ms: number, promise: Promise<T>): Promise<T> =>
  Promise.race([promise, new Promise<never>((_done, fail) => setTimeout(() => fail(new Error("timed out")), ms))]);

/** Load the copy into `doc` and keep it up to date. Null where the browser keeps nothing (private windows, full disk). */
export async function openCopy(name: string, doc: Y.Doc, changed: () => void): Promise<Copy | null> {
  if (typeof indexedDB === "undefined") return null;
  let gone = false;
  try {
    const rows = await within(OPEN_MS, openRows(name, () => void (gone = true)));
    const updates = await rows.all();
    doc.transact(() => updates.forEach((update) => Y.applyUpdate(doc, update)), FROM_DEVICE);
    noteCopy(name);
    return keep(name, doc, rows, () => gone, changed);
  } catch {
    return null;
  }
}

interface Writing {
  add(update: Uint8Array): void;
  /** The disk refused something that no later row has made good. */
  failed(): boolean;
  /** how long the oldest unfinished row has been waiting */
  age_ms(): number;
}

/** Rows go out one by one; after many of them, or one that failed, the whole state takes their place. */
function writeTo(rows: Rows, state: () => Uint8Array, changed: () => void): Writing {
  const started: number[] = [];
  let count = 0;
  let failed = true;
  const put = (write: Promise<void>) => {
    started.push(Date.now());
    const finish = (refused: boolean) => {
      started.shift();
      failed ||= refused;
      changed();
    };
    write.then(() => finish(false), () => finish(true));
  };
  return {
    add(update) {
      const whole = failed || count >= MOST_ROWS;
      count = whole ? 1 : count + 1;
      failed = false;
      put(whole ? rows.replace(state()) : rows.append(update));
    },
    failed: () => failed,
    age_ms: () => Date.now() - (started[0] ?? Date.now()),
  };
}

function keep(name: string, doc: Y.Doc, rows: Rows, gone: () => boolean, changed: () => void): Copy {
  const writing = writeTo(rows, () => Y.encodeStateAsUpdate(doc), changed);
  let noted = unsentIn(name);
  const onUpdate = (update: Uint8Array) => {
    if (!gone()) writing.add(update);
  };
  writing.add(Y.encodeStateAsUpdate(doc));
  doc.on("update", onUpdate);
  const close = () => {
    doc.off("update", onUpdate);
    rows.close();
  };
  return {
    name,
    close,
    remembered: noted,
    holds: () => !gone() && !writing.failed() && writing.age_ms() < SLOW_MS,
    note(unconfirmed) {
      if (unconfirmed !== noted) noteUnsent(name, (noted = unconfirmed));
    },
    async remove() {
      close();
      await drop(name);
    },
  };
}

async function drop(name: string): Promise<void> {
  noteUnsent(name, 0);
  forgetCopy(name);
  await removeRows(name);
}

/** Texts of this draft that this person left here in other epochs. They are read once and removed. */
export async function strayTexts(draftId: string, personId: string, epoch: string): Promise<string[]> {
  const own = copyName(draftId, epoch, personId);
  const [before, after] = [copyName(draftId, "", "").slice(0, -1), `:${personId}`];
  const names = (await copiesHere()).filter((name) => name !== own && name.startsWith(before) && name.endsWith(after));
  const texts: string[] = [];
  for (const name of names) {
    const doc = new Y.Doc();
    const copy = await openCopy(name, doc, () => {});
    texts.push(doc.getText("content").toString());
    copy?.close();
    await drop(name);
  }
  return texts.filter((text) => text.trim());
}
