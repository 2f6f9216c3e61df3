import assert from "node:assert/strict";
import { test } from "node:test";
import { EditorState } from "@codemirror/state";
import { markdownLanguage } from "../text/language";
import { headingAt, headingsOf } from "../text/outline";
import { looked, news, passagesOf } from "../text/since";
import { fromText } from "../text/sync";
import { parsed } from "./marked";

type Edit = { from: number; to?: number; insert?: string };

const begin = (doc: string) => EditorState.create({ doc, extensions: [markdownLanguage, news] });
const others = (state: EditorState, by: number[], ...changes: Edit[]) => state.update({ changes, annotations: fromText.of({ by }) }).state;
const mine = (state: EditorState, ...changes: Edit[]) => state.update({ changes }).state;
const told = (state: EditorState) =>
  passagesOf(state).map(({ heading, pieces, by }) => [heading, pieces.map(({ kind, words }) => ({ same: words, added: `[+${words}]`, removed: `[-${words}]` })[kind]).join(""), by]);

test("what others wrote is told with its heading and who wrote it", () => {
  const state = others(begin("# Path\n\nLight the path.\n\n## Benches\n\nRepair them."), [7], { from: 43, insert: " all" });
  assert.deepEqual(told(state), [["Benches", "Repair [+all ]them.", [7]]]);
});

test("one's own words do not count, not even inside those of others", () => {
  let state = mine(begin("one two"), { from: 7, insert: " mine" });
  assert.deepEqual(told(state), []);
  state = others(state, [7], { from: 12, insert: " theirs here" });
  state = mine(state, { from: 19, insert: " own" });
  assert.deepEqual(told(state), [[null, "one two mine [+theirs ]own [+here]", [7]]]);
});

test("what came and went again is no news", () => {
  let state = others(begin("one two"), [7], { from: 3, insert: " more" });
  state = others(state, [7], { from: 3, to: 8 });
  assert.deepEqual(told(state), []);
});

test("removed words are told where they stood, letter by letter or at once", () => {
  let state = begin("Keep the old library.");
  for (let at = 12; at > 8; at -= 1) state = others(state, [], { from: at, to: at + 1 });
  assert.deepEqual(told(state), [[null, "Keep the [-old ]library.", []]]);
  state = others(begin("one\n\ntwo\n\nthree"), [], { from: 5, to: 10 });
  assert.deepEqual(told(state).map(([, words]) => words), ["[-two\n\n]three"]);
});

test("a replaced passage is the old words and then the new", () => {
  const state = others(begin("Open on Sundays only."), [7, 8], { from: 8, to: 15, insert: "Mondays" });
  assert.deepEqual(told(state), [[null, "Open on [-Sundays ][+Mondays ]only.", [7, 8]]]);
});

test("after looking only what is new counts", () => {
  let state = others(begin("one"), [7], { from: 3, insert: " two" });
  state = state.update({ effects: looked.of(null) }).state;
  assert.deepEqual(told(state), []);
  state = others(state, [8], { from: 7, insert: " three" });
  assert.deepEqual(told(state), [[null, "one two [+three]", [8]]]);
});

test("old and new text are told right whatever happened in between", () => {
  let seed = 5;
  const dice = (sides: number) => (seed = (seed * 16807) % 2147483647) % sides;
  for (let round = 0; round < 40; round += 1) {
    const start = "aa bb cc dd ee ff";
    let state = begin(start);
    for (let turn = 0; turn < 12; turn += 1) {
      const from = dice(state.doc.length + 1);
      const to = Math.min(state.doc.length, from + (dice(2) ? dice(5) : 0));
      state = others(state, [7], { from, to, insert: ["", "x", " y ", "z z"][dice(4)]! });
    }
    const all = passagesOf(state);
    const side = (kind: string) => all.flatMap(({ pieces }) => pieces.filter((piece) => piece.kind !== kind).map(({ words }) => words)).join("").replace(/\s+/g, "");
    if (all.length === 0) assert.equal(state.sliceDoc().replace(/\s+/g, ""), start.replace(/\s+/g, ""));
    else assert.deepEqual([side("added"), side("removed")], [start.replace(/\s+/g, ""), state.sliceDoc().replace(/\s+/g, "")]);
  }
});

test("headings are listed as they read, and the one above the cursor is known", () => {
  const state = parsed("# What **we** ask\n\ntext\n\n```\n# no heading\n```\n\n### The [path](https://example.org) #\n\nmore\n\nBelow\n---\n\n##");
  const found = headingsOf(state);
  assert.deepEqual(found.map(({ level, words }) => [level, words]), [[1, "What we ask"], [3, "The path"], [2, "Below"], [2, "(no words yet)"]]);
  assert.deepEqual([headingAt(found, 20), headingAt(found, state.doc.length), headingAt([], 3)], [0, 3, -1]);
});
