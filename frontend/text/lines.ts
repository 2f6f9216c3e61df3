/** Headings, lists and quotes as pure functions: state in, transaction out. They work on every line the selection touches. */
import type { ChangeSpec, EditorState, Line, TransactionSpec } from "@codemirror/state";

export type LineStyle = "heading" | "subheading" | "list" | "numbered" | "quote";

const PREFIX = /^(\s*)((?:>\s?)*)((?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?)?(#{1,6}\s+)?/;
const HAS: Record<LineStyle, RegExp> = {
  heading: /^#{1,2}\s/,
  subheading: /^#{3,6}\s/,
  list: /^\s*[-*+]\s/,
  numbered: /^\s*\d{1,9}[.)]\s/,
  quote: /^\s*>/,
};

/** The lines touched by the selection: without empty ones, unless there is nothing else. */
function touched(state: EditorState): Line[] {
  const numbers = new Set<number>();
  for (const { from, to } of state.selection.ranges)
    for (let number = state.doc.lineAt(from).number; number <= state.doc.lineAt(to).number; number += 1) numbers.add(number);
  const lines = [...numbers].map((number) => state.doc.line(number));
  const written = lines.filter((line) => line.text.trim());
  return written.length ? written : lines.slice(0, 1);
}

export function lineStyleAt(state: EditorState, style: LineStyle): boolean {
  return touched(state).every((line) => HAS[style].test(line.text));
}

function prefix(style: LineStyle, old: RegExpExecArray, number: number): string {
  const [, indent = "", quote = ""] = old;
  if (style === "heading") return "## ";
  if (style === "subheading") return "### ";
  if (style === "quote") return `> ${quote ? "" : old[0].trimStart()}`;
  return `${indent}${quote}${style === "list" ? "-" : `${number}.`} `;
}

function without(style: LineStyle, old: RegExpExecArray): string {
  const [, indent = "", quote = "", item = ""] = old;
  if (style === "quote") return `${indent}${item}`;
  if (style === "list" || style === "numbered") return `${indent}${quote}`;
  return "";
}

/** Give the lines this style, or take it away if all of them have it. */
export function toggleLines(state: EditorState, style: LineStyle): TransactionSpec {
  const remove = lineStyleAt(state, style);
  const changes = touched(state).map((line, index): ChangeSpec => {
    const old = PREFIX.exec(line.text)!;
    const insert = remove ? without(style, old) : prefix(style, old, index + 1);
    return { from: line.from, to: line.from + old[0].length, insert };
  });
  const set = state.changes(changes);
  return { changes: set, selection: state.selection.map(set, 1), userEvent: "input.format", scrollIntoView: true };
}
