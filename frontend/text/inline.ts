/** Bold, italic and links as pure functions: state in, transaction out. */
import { ensureSyntaxTree, syntaxTree } from "@codemirror/language";
import { type ChangeSpec, EditorSelection, type EditorState, type SelectionRange, type TransactionSpec } from "@codemirror/state";
import type { SyntaxNode } from "@lezer/common";

export type Emphasis = "StrongEmphasis" | "Emphasis";

interface Span {
  from: number;
  to: number;
}

const SIGN: Record<Emphasis, string> = { StrongEmphasis: "**", Emphasis: "*" };
const PARSE_MS = 100;
/** what stands before the words of a line: indentation, quote marks, list marks, task boxes, heading marks */
const BEFORE_WORDS = /^\s*(?:>\s?)*(?:(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?)?(?:#{1,6}\s+)?/;

export function around(state: EditorState, { from, to }: Span, name: string): SyntaxNode | null {
  const tree = ensureSyntaxTree(state, to, PARSE_MS) ?? syntaxTree(state);
  for (const side of [1, -1] as const)
    for (let node: SyntaxNode | null = tree.resolveInner(from, side); node; node = node.parent)
      if (node.name === name && node.from <= from && node.to >= to) return node;
  return null;
}

const signsOf = (node: SyntaxNode): Span[] => node.getChildren("EmphasisMark").map(({ from, to }) => ({ from, to }));

function inside(state: EditorState, part: Span, name: Emphasis): Span[] {
  const signs: Span[] = [];
  syntaxTree(state).iterate({
    ...part,
    enter: (node) => {
      if (node.name === name && node.from >= part.from && node.to <= part.to) signs.push(...signsOf(node.node));
    },
  });
  return signs;
}

/** The words of a selection line by line, without marks and outer spaces: emphasis may not cross lines or begin with a space. */
function wordsOf(state: EditorState, range: SelectionRange): Span[] {
  const parts: Span[] = [];
  for (let at = range.from; at <= range.to; ) {
    const line = state.doc.lineAt(at);
    const words = line.from + BEFORE_WORDS.exec(line.text)![0].length;
    const from = Math.max(range.from, words);
    const raw = state.sliceDoc(from, Math.max(from, Math.min(range.to, line.to)));
    const start = from + raw.length - raw.trimStart().length;
    if (raw.trim()) parts.push({ from: start, to: start + raw.trim().length });
    at = line.to + 1;
  }
  return parts;
}

function toggleRange(state: EditorState, range: SelectionRange, name: Emphasis): { changes: ChangeSpec[]; cursor?: number } {
  const sign = SIGN[name];
  const outer = around(state, range, name);
  if (outer) return { changes: signsOf(outer) };
  const size = sign.length;
  const { from } = range;
  if (range.empty && state.sliceDoc(from - size, from + size) === sign + sign)
    return { changes: [{ from: from - size, to: from + size }] };
  const word = range.empty ? state.wordAt(range.head) : null;
  if (range.empty && !word) return { changes: [{ from, insert: sign + sign }], cursor: size };
  const changes = wordsOf(state, word ?? range).flatMap((part): ChangeSpec[] => [
    { from: part.from, insert: sign },
    ...inside(state, part, name),
    { from: part.to, insert: sign },
  ]);
  return { changes };
}

/** Make the selection, or the word at the cursor, bold or italic; or plain if it was. */
export function toggleEmphasis(state: EditorState, name: Emphasis): TransactionSpec {
  const spec = state.changeByRange((range) => {
    const { changes, cursor } = toggleRange(state, range, name);
    const set = state.changes(changes);
    if (cursor !== undefined) return { changes: set, range: EditorSelection.cursor(range.from + cursor) };
    const from = set.mapPos(range.from, range.empty ? -1 : 1);
    const moved = range.empty ? EditorSelection.cursor(set.mapPos(range.head, 1)) : EditorSelection.range(from, set.mapPos(range.to, -1));
    return { changes: set, range: moved };
  });
  return { ...spec, userEvent: "input.format" };
}
