/** Setting list items in and out, numbers kept right. Pure: state in, transaction out. */
import type { ChangeSpec, EditorState, TransactionSpec } from "@codemirror/state";

/** indentation, mark, spaces */
const ITEM = /^( *)([-*+]|\d{1,9}[.)])( +|$)/;

interface Row {
  from: number;
  old: string;
  text: string;
  moved: boolean;
}

const indentOf = (text: string): number => /^ */.exec(text)![0].length;
const belongs = (text: string): boolean => ITEM.test(text) || /^ +\S/.test(text);

/** First and last line number of the list around these lines; loose lists have empty lines inside. */
function block({ doc }: EditorState, first: number, last: number): [number, number] {
  const inside = (number: number, step: number): boolean => {
    if (number < 1 || number > doc.lines) return false;
    const { text } = doc.line(number);
    return text.trim() ? belongs(text) : inside(number + step, step);
  };
  while (inside(first - 1, -1)) first -= 1;
  while (inside(last + 1, 1)) last += 1;
  return [first, last];
}

/** How far an item moves, in columns; 0 if it has nowhere to go. */
function distance(rows: Row[], at: number, out: boolean): number {
  const indent = indentOf(rows[at]!.text);
  for (let above = at - 1; above >= 0; above -= 1) {
    const item = ITEM.exec(rows[above]!.text);
    if (!item || item[1]!.length > indent) continue;
    if (out && item[1]!.length < indent) return item[1]!.length - indent;
    if (!out) return item[1]!.length < indent ? 0 : item[2]!.length + 1;
  }
  return 0;
}

function move(rows: Row[], at: number, by: number): void {
  const indent = indentOf(rows[at]!.text);
  for (let below = at; below < rows.length; below += 1) {
    const row = rows[below]!;
    if (below > at && row.text.trim() && indentOf(row.text) <= indent) return;
    if (row.text.trim()) row.text = by > 0 ? " ".repeat(by) + row.text : row.text.slice(-by);
    row.moved = true;
  }
}

/** A numbered item is one more than its neighbour above; one that came to begin a list is the first. */
function renumber(rows: Row[]): void {
  const open: { indent: number; number: number }[] = [];
  for (const row of rows) {
    const item = ITEM.exec(row.text);
    if (!item) continue;
    const [whole, { length: indent }, mark] = item as unknown as [string, string, string];
    while (open.length && open.at(-1)!.indent > indent) open.pop();
    const neighbour = open.at(-1)?.indent === indent ? open.pop() : undefined;
    const counted = /\d/.test(mark);
    const number = counted ? (neighbour?.number ? neighbour.number + 1 : row.moved ? 1 : parseInt(mark)) : 0;
    open.push({ indent, number });
    if (counted) row.text = `${" ".repeat(indent)}${number}${mark.slice(-1)}${whole.slice(indent + mark.length)}${row.text.slice(whole.length)}`;
  }
}

/** The shortest change from one line to another, so that cursors in its words stay where they are. */
function change({ from, old, text }: Row): ChangeSpec[] {
  if (old === text) return [];
  let same = 0;
  while (same < Math.min(old.length, text.length) && old.at(-1 - same) === text.at(-1 - same)) same += 1;
  return [{ from, to: from + old.length - same, insert: text.slice(0, text.length - same) }];
}

/** Set the items that the selection touches in by one level, or out. Null if it touches none. */
export function setIn(state: EditorState, out: boolean): TransactionSpec | null {
  const { from, to } = state.selection.main;
  const [top, end] = [state.doc.lineAt(from).number, state.doc.lineAt(to).number];
  if (!ITEM.test(state.doc.line(top).text)) return null;
  const [first, last] = block(state, top, end);
  const rows: Row[] = [];
  for (let number = first; number <= last; number += 1) {
    const { from, text } = state.doc.line(number);
    rows.push({ from, old: text, text, moved: false });
  }
  for (let at = top - first; at <= end - first; at += 1)
    if (!rows[at]!.moved && ITEM.test(rows[at]!.text)) {
      const by = distance(rows, at, out);
      if (by) move(rows, at, by);
    }
  renumber(rows);
  return { changes: rows.flatMap(change), userEvent: "input.indent", scrollIntoView: true };
}
