/** Finding and replacing words while others write: what is found is looked up again after every change. */
import { type EditorState, Prec, StateEffect, StateField, type TransactionSpec } from "@codemirror/state";
import { Decoration, EditorView } from "@codemirror/view";

export interface Query {
  words: string;
  caseful: boolean;
}

interface Span {
  from: number;
  to: number;
}

/** more would slow the page and help nobody */
const MOST = 5000;

export const lookFor = StateEffect.define<Query | null>();

export function occurrences(text: string, { words, caseful }: Query): Span[] {
  if (!words) return [];
  const out: Span[] = [];
  for (const { index, 0: match } of text.matchAll(new RegExp(words.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"), caseful ? "gu" : "giu"))) {
    out.push({ from: index, to: index + match.length });
    if (out.length === MOST) break;
  }
  return out;
}

interface Finding {
  query: Query | null;
  spans: Span[];
}

export const finding = StateField.define<Finding>({
  create: () => ({ query: null, spans: [] }),
  update(found, transaction) {
    const asked = transaction.effects.find((effect) => effect.is(lookFor));
    const query = asked ? (asked.value as Query | null) : found.query;
    if (!asked && (!query || !transaction.docChanged)) return found;
    return { query, spans: query ? occurrences(transaction.newDoc.toString(), query) : [] };
  },
});

/** 0 for the first; -1 if none of them is selected. */
export function currentOf(state: EditorState): number {
  const { from, to } = state.selection.main;
  return state.field(finding).spans.findIndex((span) => span.from === from && span.to === to);
}

const select = ({ from, to }: Span): TransactionSpec => ({ selection: { anchor: from, head: to }, scrollIntoView: true, userEvent: "select.search" });

/** Select the next one after the cursor, or the one before; from the end it begins again. Null if there is none. */
export function step(state: EditorState, back = false): TransactionSpec | null {
  const { spans } = state.field(finding);
  const { from, to } = state.selection.main;
  const next = back ? (spans.filter((span) => span.to <= from).at(-1) ?? spans.at(-1)) : (spans.find((span) => span.from >= to) ?? spans[0]);
  return next ? select(next) : null;
}

/** The first at or after the cursor: what typing in the field shows. */
export function nearest(state: EditorState): TransactionSpec | null {
  const { spans } = state.field(finding);
  const next = spans.find((span) => span.from >= state.selection.main.from) ?? spans[0];
  return next ? select(next) : null;
}

/** Put `words` in place of the selected one. Null if none is selected. */
export function replaceOne(state: EditorState, words: string): TransactionSpec | null {
  const span = state.field(finding).spans[currentOf(state)];
  return span ? { changes: { ...span, insert: words }, selection: { anchor: span.from + words.length }, userEvent: "input.replace" } : null;
}

export function replaceAll(state: EditorState, words: string): TransactionSpec {
  return { changes: state.field(finding).spans.map((span) => ({ ...span, insert: words })), userEvent: "input.replace.all" };
}

const match = Decoration.mark({ class: "found" });
const current = Decoration.mark({ class: "found found-now" });

export const marksFound = [
  finding,
  Prec.high(
    EditorView.decorations.compute([finding, "selection"], (state) => {
      const now = currentOf(state);
      return Decoration.set(state.field(finding).spans.map(({ from, to }, at) => (at === now ? current : match).range(from, to)));
    }),
  ),
];
