/** Tables as lines with `|` between cells: finding them, moving in them, making them larger and smaller. Pure. */
import { syntaxTree } from "@codemirror/language";
import type { ChangeSpec, EditorState, Line, TransactionSpec } from "@codemirror/state";
import { around } from "./inline";

interface Span {
  from: number;
  to: number;
}

/** `from` and `to` are the words; the cell with its spaces reaches from `start` to `end`, where the next `|` stands or the line ends. */
export interface Cell extends Span {
  start: number;
  end: number;
}

/** `rows[0]` is the head, `rows[1]` the line of dashes. */
export interface Table extends Span {
  rows: Cell[][];
}

export interface Place {
  table: Table;
  row: number;
  column: number;
}

const DASHES = 1;

/** Where cells begin and end in a line. `offset` is the line's place in its text. */
export function cellsOf(line: string, offset: number): Cell[] {
  const bars = [...line.matchAll(/\\.|\|/g)].filter(([sign]) => sign === "|").map(({ index }) => index);
  const lead = /^\s*\|/.test(line);
  const ends = lead ? bars.slice(1) : bars;
  const starts = [lead ? bars[0]! + 1 : 0, ...ends.map((bar) => bar + 1)];
  if (!line.slice(starts.at(-1)).trim() && ends.length > 0) starts.pop();
  return starts.map((start, at) => {
    const end = ends[at] ?? line.length;
    const raw = line.slice(start, end);
    const from = start + (raw.trim() ? raw.length - raw.trimStart().length : Math.min(1, raw.length));
    return { start: offset + start, end: offset + end, from: offset + from, to: offset + from + raw.trim().length };
  });
}

export function tableIn(state: EditorState, { from, to }: Span): Table {
  const rows: Cell[][] = [];
  for (let line = state.doc.lineAt(from); ; line = state.doc.line(line.number + 1)) {
    rows.push(cellsOf(line.text, line.from));
    if (line.to >= to) return { from: state.doc.lineAt(from).from, to: line.to, rows };
  }
}

/** The table that the cursor is in, and where in it. */
export function placeIn(state: EditorState): Place | null {
  const { head } = state.selection.main;
  const node = around(state, { from: head, to: head }, "Table");
  if (!node) return null;
  const table = tableIn(state, node);
  const row = table.rows.findIndex((cells) => cells.length > 0 && head <= cells.at(-1)!.end + 1);
  const column = table.rows[row]?.findIndex((cell) => head <= cell.end) ?? -1;
  return row < 0 ? null : { table, row, column: column < 0 ? table.rows[row]!.length - 1 : column };
}

/** A bar typed among the words of a full row is one of them, or it would push words out of the table. */
export function typedBar(state: EditorState): TransactionSpec | null {
  const place = placeIn(state);
  const { from, to } = state.selection.main;
  if (!place || place.row === DASHES || place.table.rows[place.row]!.length < place.table.rows[0]!.length) return null;
  const cell = place.table.rows[place.row]![place.column]!;
  const within = from > cell.start && to <= cell.end && state.sliceDoc(cell.end, cell.end + 1) === "|";
  return within && state.sliceDoc(from - 1, from) !== "\\" ? { ...state.replaceSelection("\\|"), userEvent: "input.type" } : null;
}

const select = ({ from, to }: Span): TransactionSpec => ({ selection: { anchor: from, head: to }, scrollIntoView: true, userEvent: "select" });
const emptyRow = (columns: number): string => `\n|${"  |".repeat(columns)}`;

/** A new row under row `row`, and the cursor in its cell `column`. */
export function addRow({ table, row, column }: Place): TransactionSpec {
  const at = table.rows[Math.max(row, DASHES)]!.at(-1)!;
  const line = emptyRow(table.rows[0]!.length);
  const after = Math.max(at.end + 1, at.end);
  const end = Math.min(after, table.to);
  return { changes: { from: end, insert: line }, selection: { anchor: end + 3 + column * 3 }, scrollIntoView: true, userEvent: "input" };
}

/** To the next cell, or the one before; a new row at the end. Null at the very first. */
export function nextCell({ table, row, column }: Place, back: boolean): TransactionSpec | null {
  const all = table.rows.flatMap((cells, number) => (number === DASHES ? [] : cells.map((cell, at) => ({ cell, number, at }))));
  const here = all.findIndex(({ number, at }) => (number > row || (number === row && at >= column)));
  const next = all[here < 0 ? all.length : here + (back ? -1 : 1)];
  if (next) return select(next.cell);
  return back ? null : addRow({ table, row: table.rows.length - 1, column: 0 });
}

/** To the row below; a new one at the end; and out of the table from an empty last one, which goes away. */
export function nextRow(state: EditorState, place: Place): TransactionSpec {
  const { table, row, column } = place;
  const below = table.rows[row === 0 ? DASHES + 1 : row + 1];
  if (below) return select(below[Math.min(column, below.length - 1)]!);
  const empty = row > DASHES && table.rows[row]!.every(({ from, to }) => from === to);
  if (!empty) return addRow(place);
  const line = state.doc.lineAt(table.to);
  return { changes: { from: line.from, to: line.to, insert: "\n" }, selection: { anchor: line.from + 1 }, scrollIntoView: true, userEvent: "input" };
}

const column = (row: number): string => (row === 0 ? " Column |" : row === DASHES ? " --- |" : "  |");

/** A new column after the one with the cursor, its head selected. */
export function addColumn(state: EditorState, place: Place): TransactionSpec {
  const changes = place.table.rows.flatMap((cells, row): ChangeSpec[] => {
    const { end } = cells[Math.min(place.column, cells.length - 1)]!;
    return [state.sliceDoc(end, end + 1) === "|" ? { from: end + 1, insert: column(row) } : { from: end, insert: ` |${column(row)}` }];
  });
  const set = state.changes(changes);
  const head = place.table.rows[0]![Math.min(place.column, place.table.rows[0]!.length - 1)]!.end;
  const from = set.mapPos(head, -1) + (state.sliceDoc(head, head + 1) === "|" ? 2 : 3);
  return { changes: set, selection: { anchor: from, head: from + "Column".length }, scrollIntoView: true, userEvent: "input" };
}

/** Take the row with the cursor out. The head stays. */
export function removeRow(state: EditorState, { table, row }: Place): TransactionSpec | null {
  if (row <= DASHES) return null;
  const line = state.doc.lineAt(table.rows[row]![0]!.start);
  return { changes: { from: line.from - 1, to: line.to }, selection: { anchor: line.from - 1 }, userEvent: "delete" };
}

/** Take the column with the cursor out; with the last column goes the table. */
export function removeColumn(place: Place): TransactionSpec {
  const { table, column } = place;
  if (table.rows[0]!.length < 2) return { changes: { from: table.from, to: table.to }, userEvent: "delete" };
  const changes = table.rows.flatMap((cells): ChangeSpec[] => {
    const cell = cells[column];
    if (!cell || cells.length < 2) return [];
    return [column + 1 < cells.length ? { from: cell.start, to: cells[column + 1]!.start } : { from: cells[column - 1]!.end, to: cell.end }];
  });
  return { changes, userEvent: "delete" };
}

/** The last line of what is written at the cursor: a table may not split a paragraph or a list. */
function endOfBlock(state: EditorState): Line {
  let line = state.doc.lineAt(state.selection.main.to);
  while (line.text.trim() && line.number < state.doc.lines && state.doc.line(line.number + 1).text.trim()) line = state.doc.line(line.number + 1);
  return line;
}

/** Put an empty table after what is written at the cursor. `rows` are those under the head. */
export function insertTable(state: EditorState, columns: number, rows: number): TransactionSpec {
  const line = endOfBlock(state);
  const head = Array.from({ length: columns }, (_, at) => ` Column ${at + 1} |`).join("");
  const before = line.text.trim() ? "\n\n" : line.number > 1 && state.doc.line(line.number - 1).text.trim() ? "\n" : "";
  const after = line.number < state.doc.lines && state.doc.line(line.number + 1).text.trim() ? "\n" : "";
  const insert = `${before}|${head}\n|${" --- |".repeat(columns)}${emptyRow(columns).repeat(rows)}${after}`;
  const at = line.text.trim() ? line.to : line.from;
  const from = at + before.length + 2;
  return { changes: { from: at, to: line.to, insert }, selection: { anchor: from, head: from + "Column 1".length }, scrollIntoView: true, userEvent: "input" };
}

/** Every table that stands on its own, as far as the text has been parsed. */
export function tablesIn(state: EditorState): Table[] {
  const out: Table[] = [];
  for (let node = syntaxTree(state).topNode.firstChild; node; node = node.nextSibling) if (node.name === "Table") out.push(tableIn(state, node));
  return out;
}
