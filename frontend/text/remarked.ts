/** Words that a suggestion or comment is about are marked in the text. */
import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";

export interface Mark {
  from: number;
  to: number;
  kind: string;
}

export const markRemarks = StateEffect.define<readonly Mark[]>();

const decorated = (marks: readonly Mark[]): DecorationSet =>
  Decoration.set(marks.map(({ from, to, kind }) => Decoration.mark({ class: `remarked ${kind}` }).range(from, to)), true);

export const remarked = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    const fresh = transaction.effects.find((effect) => effect.is(markRemarks));
    if (!fresh) return marks.map(transaction.changes);
    const { length } = transaction.newDoc;
    return decorated(fresh.value.filter(({ from, to }) => from < to && to <= length));
  },
  provide: (field) => EditorView.decorations.from(field),
});
