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

/**
 * Emphasis that is still being typed: empty, or with a space before its closing sign, so that no parser sees it.
 * `signs` and `space` are lengths in characters.
 */
function unfinished(state: EditorState, { empty, head }: SelectionRange, name: Emphasis): { signs: number; space: number; words: boolean } | null {
  const line = state.doc.lineAt(head);
  const before = /(\*+)((?![*\s])[^*]*?(\s+))?$/.exec(line.text.slice(0, head - line.from));
  const after = /^\*+(?![\p{L}\p{N}*])/u.exec(line.text.slice(head - line.from));
  const signs = before?.[1]!.length ?? 0;
  // a run of two is bold, of one italic, of three both: the bits of its length
  if (!empty || !before || !after || after[0].length < signs || !(signs & SIGN[name].length)) return null;
  return { signs, space: before[3]?.length ?? 0, words: !!before[2] };
}

const closes = (state: EditorState, head: number, node: SyntaxNode): boolean => /^[*_]+$/.test(state.sliceDoc(head, node.to));

/** Whether what is selected, or what would be typed at the cursor, is bold or italic. */
export function emphasised(state: EditorState, range: SelectionRange, name: Emphasis): boolean {
  const node = around(state, range, name);
  if (node) return !range.empty || (node.from < range.head && range.head < node.to);
  return unfinished(state, range, name) !== null;
}

interface Toggle {
  changes: ChangeSpec[];
  /** where the cursor is afterwards, if the changes do not tell */
  cursor?: number;
}

/** At the edge of emphasis the cursor steps over the sign, and no words change. */
function toggleAround(state: EditorState, { empty, head }: SelectionRange, node: SyntaxNode): Toggle {
  const signs = signsOf(node);
  if (!empty) return { changes: signs };
  if (head === node.from) return { changes: [], cursor: signs[0]!.to };
  if (head === node.to) return { changes: [], cursor: signs.at(-1)!.from };
  return closes(state, head, node) ? { changes: [], cursor: node.to } : { changes: signs };
}

function toggleRange(state: EditorState, range: SelectionRange, name: Emphasis): Toggle {
  const sign = SIGN[name];
  const size = sign.length;
  const { from, head } = range;
  const outer = around(state, range, name);
  if (outer) return toggleAround(state, range, outer);
  const typed = unfinished(state, range, name);
  if (typed?.words) {
    const space = { from: head - typed.space, to: head };
    const end = head + typed.signs;
    return { changes: [space, { from: end, insert: state.sliceDoc(space.from, space.to) }], cursor: end };
  }
  if (typed) return { changes: [{ from: from - size, to: from + size }] };
  const word = range.empty ? state.wordAt(head) : null;
  if (range.empty && !word) return { changes: [{ from, insert: sign + sign }], cursor: from + size };
  const changes = wordsOf(state, word ?? range).flatMap((part): ChangeSpec[] => [
    { from: part.from, insert: sign },
    ...inside(state, part, name),
    { from: part.to, insert: sign },
  ]);
  return word && head === word.to ? { changes, cursor: head + size } : { changes };
}

/** Make the selection, or the word at the cursor, bold or italic; or plain if it was; or end what is being typed. */
export function toggleEmphasis(state: EditorState, name: Emphasis): TransactionSpec {
  const spec = state.changeByRange((range) => {
    const { changes, cursor } = toggleRange(state, range, name);
    const set = state.changes(changes);
    if (cursor !== undefined) return { changes: set, range: EditorSelection.cursor(cursor) };
    const from = set.mapPos(range.from, range.empty ? -1 : 1);
    const moved = range.empty ? EditorSelection.cursor(set.mapPos(range.head, 1)) : EditorSelection.range(from, set.mapPos(range.to, -1));
    return { changes: set, range: moved };
  });
  return { ...spec, userEvent: "input.format" };
}
