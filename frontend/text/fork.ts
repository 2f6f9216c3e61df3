/** What somebody suggests: a copy of the shared text that hears of every change to it, and whose own changes stay in it. */
import * as Y from "yjs";
import { bare, type Edit, gathered, trimmed } from "./gathering";
import { type Anchor, anchorOf, type Range } from "./ids";

export const FROM_SHARED = Symbol("from the shared text");

/** One change, as it is told and sent. */
export interface Change {
  anchor: Anchor;
  /** what stands in the shared text, and what is to stand there */
  quote: string;
  words: string;
  /** where that is in the copy */
  from: number;
  to: number;
}

/** What came and went at one place of the copy: new words from `from` to before `to`, in place of those that are gone. */
export interface Trace {
  from: number;
  to: number;
  gone: string;
}

export interface Fork {
  text: Y.Text;
  /** Take in what an earlier copy had of its own. */
  take(own: Uint8Array): void;
  /** Those near each other are one; in the order of the text. */
  changes(): Change[];
  traces(): Trace[];
  /** Whether the anchor is of characters that everybody has. */
  isShared(anchor: Anchor): boolean;
  /** What only this copy has; it holds no word of the shared text. */
  own(): Uint8Array;
  /** Whether some of what it took in rests on characters that have not come: it is in `own`, and no change tells of it. */
  waits(): boolean;
  /** The words of its own, for reading. */
  ownWords(): string;
  close(): void;
}

/** Words of these characters that are still in the shared text. */
function still({ store }: Y.Doc, { id, length }: Y.Item): string {
  let words = "";
  for (let at = id.clock; at < id.clock + length; ) {
    const found = Y.getItem(store, Y.createID(id.client, at)) as Y.Item;
    const end = Math.min(id.clock + length, found.id.clock + found.length);
    if (!found.deleted) words += wordsOf(found).slice(at - found.id.clock, end - found.id.clock);
    at = end;
  }
  return words;
}

const wordsOf = ({ content }: Y.Item): string => (content instanceof Y.ContentString ? content.str : "");

const isShared = (shared: Y.Doc, { id }: Y.Item): boolean => id.clock < Y.getState(shared.store, id.client);

/** Shared characters that were taken out of the copy and brought back into it by undo: those that are still shared, or those that are not. */
function brought(shared: Y.Doc, text: Y.Text, here: boolean): Y.Item[] {
  const found: Y.Item[] = [];
  for (let item = text._start; item; item = item.right)
    if (item.deleted && item.redone && isShared(shared, item) && Boolean(still(shared, item)) === here) found.push(item);
  return found;
}

/** Edits of the shared text, in order, that make it what `text` is. Characters are known by their ids, so nobody else's changes are among them. */
function editsOf(shared: Y.Doc, text: Y.Text): Edit[] {
  const found: Edit[] = [];
  let at = 0;
  let open: Edit | null = null;
  const edit = (): Edit => {
    if (!open) found.push((open = { from: at, to: at, words: "" }));
    return open;
  };
  for (let item = text._start; item; item = item.right) {
    if (!isShared(shared, item)) {
      if (!item.deleted) edit().words += wordsOf(item);
      continue;
    }
    const words = item.deleted ? still(shared, item) : wordsOf(item);
    if (!words) continue;
    if (item.deleted) edit().to += words.length;
    else open = null;
    at += words.length;
  }
  return found;
}

export function openFork(shared: Y.Text): Fork {
  const source = shared.doc!;
  const doc = new Y.Doc();
  const text = doc.getText("content");
  const hear = (update: Uint8Array) => {
    Y.applyUpdate(doc, update, FROM_SHARED);
    dropCopies();
  };
  /** What undo brought back are copies of the shared text's words: they go when those do, for those may have been struck. */
  const dropCopies = () => {
    for (const { redone, length } of brought(source, text, false)) {
      const copy = Y.getItem(doc.store, redone!) as Y.Item;
      const here = Y.createAbsolutePositionFromRelativePosition(new Y.RelativePosition(null, null, redone, 0), doc);
      if (here && !copy.deleted) doc.transact(() => text.delete(here.index, Math.min(length, copy.length)), FROM_SHARED);
    }
  };
  hear(Y.encodeStateAsUpdate(source));
  source.on("update", hear);

  const waits = () => doc.store.pendingStructs !== null || doc.store.pendingDs !== null;
  const edits = () => trimmed(shared.toString(), editsOf(source, text));
  const shared_ = (range: Range | null) => !range || range[1] < Y.getState(source.store, range[0]);
  return {
    text,
    take: hear,
    changes() {
      const old = shared.toString();
      let shift = 0;
      return gathered(old, edits()).map(({ from, to, words }) => {
        const here = from + shift;
        shift += words.length - (to - from);
        return { anchor: anchorOf(shared, from, to), quote: old.slice(from, to), words, from: here, to: here + words.length };
      });
    },
    traces() {
      const old = shared.toString();
      let shift = 0;
      return edits().map(({ from, to, words }) => {
        const here = from + shift;
        shift += words.length - (to - from);
        return { from: here, to: here + words.length, gone: old.slice(from, to) };
      });
    },
    isShared: (anchor) => ("ids" in anchor ? anchor.ids.every(shared_) : shared_(anchor.before) && shared_(anchor.after)),
    own() {
      if (waits() || brought(source, text, true).length === 0) return Y.encodeStateAsUpdate(doc, Y.encodeStateVector(source));
      const plain = openFork(shared);
      let shift = 0;
      for (const { from, to, words } of bare(shared.toString(), editsOf(source, text))) {
        plain.text.delete(from + shift, to - from);
        plain.text.insert(from + shift, words);
        shift += words.length - (to - from);
      }
      const kept = plain.own();
      plain.close();
      return kept;
    },
    waits,
    ownWords: () => editsOf(source, text).map(({ words }) => words.trim()).filter(Boolean).join("\n\n"),
    close() {
      source.off("update", hear);
      doc.destroy();
    },
  };
}

/** A copy of its own that has all changes of `fork` but those that are `out`. */
export function without(shared: Y.Text, fork: Fork, out: (change: Change) => boolean): Fork {
  const fresh = openFork(shared);
  let shift = 0;
  for (const change of fork.changes()) {
    const [at, { quote, words }] = [change.from + shift, change];
    if (out(change)) shift += quote.length - words.length;
    else {
      fresh.text.delete(at, quote.length);
      fresh.text.insert(at, words);
    }
  }
  return fresh;
}
