/** Keeps the editor and the shared text the same, edit by edit, in both directions. */
import { Annotation, type ChangeSpec, type Extension, type Transaction } from "@codemirror/state";
import { type EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import type * as Y from "yjs";

/** Origin of the shared transactions that this editor's own edits make. */
export interface OwnEdits {
  /** before an own edit reaches the shared text */
  before(update: ViewUpdate): void;
}

const fromText = Annotation.define<true>();

/** A Yjs delta as CodeMirror changes; both count UTF-16 units of the text before the change. */
export function changesOf(delta: readonly { insert?: unknown; delete?: number; retain?: number }[]): ChangeSpec[] {
  const changes: ChangeSpec[] = [];
  let at = 0;
  for (const step of delta) {
    if (typeof step.insert === "string") changes.push({ from: at, insert: step.insert });
    else if (step.delete) changes.push({ from: at, to: at + step.delete });
    at += (step.delete ?? 0) + (step.retain ?? 0);
  }
  return changes;
}

function write(text: Y.Text, transaction: Transaction): void {
  let shift = 0;
  transaction.changes.iterChanges((from, to, _fromNew, _toNew, insert) => {
    const words = insert.sliceString(0, insert.length, "\n");
    if (to > from) text.delete(from + shift, to - from);
    if (words) text.insert(from + shift, words);
    shift += words.length - (to - from);
  });
}

class Sync {
  constructor(readonly view: EditorView, readonly text: Y.Text, readonly own: OwnEdits) {
    text.observe(this.onText);
  }

  private readonly onText = (event: Y.YTextEvent, shared: Y.Transaction) => {
    if (shared.origin !== this.own) this.view.dispatch({ changes: changesOf(event.delta), annotations: fromText.of(true) });
  };

  update(update: ViewUpdate): void {
    const edits = update.transactions.filter((transaction) => transaction.docChanged && !transaction.annotation(fromText));
    if (edits.length === 0) return;
    this.own.before(update);
    this.text.doc!.transact(() => edits.forEach((edit) => write(this.text, edit)), this.own);
  }

  destroy(): void {
    this.text.unobserve(this.onText);
  }
}

export const syncWith = (text: Y.Text, own: OwnEdits): Extension => ViewPlugin.define((view) => new Sync(view, text, own));
