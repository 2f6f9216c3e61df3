/** Keeps the editor and the shared text the same, edit by edit, in both directions. */
import { Annotation, ChangeSet, type ChangeSpec, type Extension } from "@codemirror/state";
import { type EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import type * as Y from "yjs";

/** Origin of the shared transactions that this editor's own edits make. */
export interface OwnEdits {
  /** before an own edit reaches the shared text */
  before(update: ViewUpdate): void;
}

const LOOK_MS = 50;
const LONGEST_MS = 3000;

/** On what reaches the editor from the shared text. `by`: client ids of the others who wrote it; null if it is one's own undoing. */
export const fromText = Annotation.define<{ by: readonly number[] | null }>();

/** Whose words a shared transaction brought. Removals name nobody, so the list may be empty. */
function writers({ local, beforeState, afterState }: Y.Transaction): number[] | null {
  if (local) return null;
  return [...afterState].filter(([client, clock]) => (beforeState.get(client) ?? 0) < clock).map(([client]) => client);
}

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

function write(text: Y.Text, changes: ChangeSet): void {
  let shift = 0;
  changes.iterChanges((from, to, _fromNew, _toNew, insert) => {
    const words = insert.sliceString(0, insert.length, "\n");
    if (to > from) text.delete(from + shift, to - from);
    if (words) text.insert(from + shift, words);
    shift += words.length - (to - from);
  });
}

/** What the editor did and what waits to reach it, each as it must be applied after the other. */
export function crossed(own: ChangeSet, waiting: ChangeSet): { own: ChangeSet; waiting: ChangeSet } {
  return { own: own.map(waiting), waiting: waiting.map(own, true) };
}

class Sync {
  /** what happened to the shared text and must not reach the editor yet */
  private waiting: ChangeSet | null = null;
  private waitingBy: number[] | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private since = 0;

  constructor(readonly view: EditorView, readonly text: Y.Text, readonly own: OwnEdits) {
    text.observe(this.onText);
  }

  private readonly onText = (event: Y.YTextEvent, shared: Y.Transaction) => {
    if (shared.origin === this.own) return;
    const length = this.waiting?.newLength ?? this.view.state.doc.length;
    const changes = ChangeSet.of(changesOf(event.delta), length, "\n");
    const by = writers(shared);
    if (this.waiting) {
      this.waiting = this.waiting.compose(changes);
      if (by) this.waitingBy = [...new Set([...(this.waitingBy ?? []), ...by])];
    } else if (this.disturbs(changes)) this.hold(changes, by);
    else this.show(changes, by);
  };

  private show(changes: ChangeSet, by: readonly number[] | null): void {
    this.view.dispatch({ changes, annotations: fromText.of({ by }) });
  }

  /** An input method loses what is being composed when the line around it is changed. */
  private disturbs(changes: ChangeSet): boolean {
    if (!this.view.composing) return false;
    const line = this.view.state.doc.lineAt(this.view.state.selection.main.head);
    return changes.touchesRange(line.from, line.to) !== false;
  }

  private hold(changes: ChangeSet, by: number[] | null): void {
    this.waiting = changes;
    this.waitingBy = by;
    this.since = Date.now();
    this.timer = setTimeout(this.release, LOOK_MS);
  }

  private readonly release = () => {
    // phones compose every word and do not end the last one: the others' words may not wait for it
    if (this.view.composing && Date.now() - this.since < LONGEST_MS) this.timer = setTimeout(this.release, LOOK_MS);
    else this.flush();
  };

  private flush(): void {
    const changes = this.waiting;
    this.waiting = null;
    if (changes) this.show(changes, this.waitingBy);
  }

  update(update: ViewUpdate): void {
    const edits = update.transactions.filter((transaction) => transaction.docChanged && !transaction.annotation(fromText));
    if (edits.length === 0) return;
    this.own.before(update);
    this.text.doc!.transact(() => edits.forEach((edit) => this.pass(edit.changes)), this.own);
  }

  private pass(changes: ChangeSet): void {
    if (!this.waiting) return write(this.text, changes);
    const { own, waiting } = crossed(changes, this.waiting);
    this.waiting = waiting;
    write(this.text, own);
  }

  destroy(): void {
    clearTimeout(this.timer);
    this.text.unobserve(this.onText);
  }
}

export const syncWith = (text: Y.Text, own: OwnEdits): Extension => ViewPlugin.define((view) => new Sync(view, text, own));
