import assert from "node:assert/strict";
import { test } from "node:test";
import { EditorSelection, type EditorState, type TransactionSpec } from "@codemirror/state";
import * as tables from "../text/tables";
import { parsed } from "./marked";

const HEAD = "| Who | What |\n| --- | --- |\n";

/** Only `‹` and `›` are ours: a bar is a bar here. */
const state = (marked: string) =>
  parsed(marked.replace(/[‹›]/g, ""), EditorSelection.single(marked.indexOf("‹"), marked.indexOf("›") - 1));

function shown(made: EditorState): string {
  const { from, to } = made.selection.main;
  return `${made.sliceDoc(0, from)}‹${made.sliceDoc(from, to)}›${made.sliceDoc(to)}`;
}

const at = (from: EditorState) => tables.placeIn(from)!;
const doing = (act: (from: EditorState) => TransactionSpec | null) => (marked: string) => shown(state(marked).update(act(state(marked))!).state);
const tab = doing((from) => tables.nextCell(at(from), false));
const back = doing((from) => tables.nextCell(at(from), true));
const enter = doing((from) => tables.nextRow(from, at(from)));
const head = (marked: string, words = marked.replace(/[‹›]/g, "")) => HEAD.replace(words, marked);

test("a table is put after the paragraph, with room around it", () => {
  const made = doing((from) => tables.insertTable(from, 2, 1));
  assert.equal(made("one‹›\ntwo\n\nthree"), "one\ntwo\n\n| ‹Column 1› | Column 2 |\n| --- | --- |\n|  |  |\n\nthree");
  assert.equal(made("‹›"), "| ‹Column 1› | Column 2 |\n| --- | --- |\n|  |  |");
  assert.equal(made("one\n‹›\ntwo"), "one\n\n| ‹Column 1› | Column 2 |\n| --- | --- |\n|  |  |\n\ntwo");
});

test("Tab goes from cell to cell, over the dashes, and adds a row at the end", () => {
  assert.equal(tab(`${head("W‹›ho")}| a | b |`), `${head("‹What›")}| a | b |`);
  assert.equal(tab(`${head("‹What›")}| a | b |`), `${HEAD}| ‹a› | b |`);
  assert.equal(tab(`${HEAD}| a | b‹› |`), `${HEAD}| a | b |\n| ‹› |  |`);
  assert.equal(tab(`${HEAD}| ‹› |  |`), `${HEAD}|  | ‹› |`);
  assert.equal(back(`${HEAD}| ‹a› | b |`), `${head("‹What›")}| a | b |`);
});

test("Tab before the very first cell has nowhere to go", () => {
  assert.equal(tables.nextCell(at(state(`${head("‹Who›")}| a | b |`)), true), null);
});

test("Enter goes to the row below, adds one, and leaves the table from an empty one", () => {
  assert.equal(enter(`${head("‹What›")}| a | b |`), `${HEAD}| a | ‹b› |`);
  assert.equal(enter(`${HEAD}| a | ‹b› |`), `${HEAD}| a | b |\n|  | ‹› |`);
  assert.equal(enter(`${HEAD}| ‹a› | b |\n\nmore`), `${HEAD}| a | b |\n| ‹› |  |\n\nmore`);
  assert.equal(enter(`${HEAD}| a | b |\n| ‹› |  |`), `${HEAD}| a | b |\n\n‹›`);
});

test("rows come and go, and the head stays", () => {
  assert.equal(doing((from) => tables.addRow(at(from)))(`${head("‹Who›")}| a | b |`), `${HEAD}| ‹› |  |\n| a | b |`);
  assert.equal(doing((from) => tables.removeRow(from, at(from)))(`${HEAD}| a | b |\n| ‹c› | d |`), `${HEAD}| a | b |‹›`);
  const first = state(`${head("‹Who›")}| a | b |`);
  assert.equal(tables.removeRow(first, at(first)), null);
});

test("columns come and go", () => {
  const add = doing((from) => tables.addColumn(from, at(from)));
  assert.equal(add(`${HEAD}| ‹a› | b |`), "| Who | ‹Column› | What |\n| --- | --- | --- |\n| a |  | b |");
  assert.equal(add(`${HEAD}| a | ‹b› |`), "| Who | What | ‹Column› |\n| --- | --- | --- |\n| a | b |  |");
  assert.equal(add("Who | What‹›\n--- | ---\na | b"), "Who | What | ‹Column› |\n--- | --- | --- |\na | b |  |");
  const remove = doing((from) => tables.removeColumn(at(from)));
  assert.equal(remove(`${HEAD}| a | ‹b› |`), "| Who |\n| --- |\n| a ‹›|");
  assert.equal(remove(`${HEAD}| ‹a› | b |`), "| What |\n| --- |\n|‹› b |");
  assert.equal(remove("one\n\n| ‹Who› |\n| --- |\n| a |"), "one\n\n‹›");
});

test("a table without bars at its edges is one all the same", () => {
  assert.equal(tab("Who | ‹What›\n--- | ---\na | b"), "Who | What\n--- | ---\n‹a› | b");
  assert.deepEqual(tables.cellsOf("a | b", 0).map(({ from, to }) => [from, to]), [[0, 1], [4, 5]]);
});

test("a bar that is escaped is a word", () => {
  assert.deepEqual(tables.cellsOf("| a \\| b | c |", 0).map(({ from, to }) => [from, to]), [[2, 8], [11, 12]]);
});

test("a whole text is searched for its tables, and what only looks like one is none", () => {
  assert.equal(tables.tablesIn(parsed(`one\n\n${HEAD}| a | b |\n\n| no | table |\n\n${HEAD}`)).length, 2);
});

test("a bar among the words of a full row is a word; where it builds the table it stays a bar", () => {
  const typed = (marked: string) => {
    const from = state(marked);
    const spec = tables.typedBar(from);
    return spec && shown(from.update(spec).state);
  };
  assert.equal(typed(`${HEAD}| Mill ‹› bridge | b |`), `${HEAD}| Mill \\|‹› bridge | b |`);
  assert.equal(typed(`${HEAD}| a | b‹› |`), `${HEAD}| a | b\\|‹› |`);
  assert.equal(typed(`${HEAD}| a \\‹› | b |`), null);
  assert.equal(typed(`${HEAD}| a ‹›`), null);
  assert.equal(typed(`${HEAD}| a | b ‹›`), null);
  assert.equal(typed(`${HEAD}‹›| a | b |`), null);
  assert.equal(typed("| Who | What |\n| --- ‹›| --- |\n| a | b |"), null);
  assert.equal(typed("no table ‹›here"), null);
});
