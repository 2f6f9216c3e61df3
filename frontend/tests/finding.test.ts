import assert from "node:assert/strict";
import { test } from "node:test";
import { EditorState } from "@codemirror/state";
import { currentOf, finding, lookFor, nearest, occurrences, replaceAll, replaceOne, step } from "../text/finding";

const looking = (doc: string, words: string, caseful = false) =>
  EditorState.create({ doc, extensions: finding }).update({ effects: lookFor.of({ words, caseful }) }).state;

test("words are found whatever their case, unless it is asked for", () => {
  assert.equal(occurrences("Bench, bench, BENCH", { words: "bench", caseful: false }).length, 3);
  assert.deepEqual(occurrences("Bench, bench", { words: "bench", caseful: true }), [{ from: 7, to: 12 }]);
  assert.deepEqual(occurrences("İx x", { words: "x", caseful: false }).map(({ from }) => from), [1, 3]);
});

test("signs are found as they are, and nothing is found by nothing", () => {
  assert.equal(occurrences("a.b (a|b) [x]* $1 \\ a-b", { words: "(a|b) [x]* $1 \\ a-", caseful: false }).length, 1);
  assert.equal(occurrences("abc", { words: "", caseful: false }).length, 0);
});

test("next goes round and round, and so does back", () => {
  let state = looking("a b a b a", "a");
  state = state.update(nearest(state)!).state;
  const seen = [currentOf(state)];
  for (let turn = 0; turn < 3; turn += 1) {
    state = state.update(step(state)!).state;
    seen.push(currentOf(state));
  }
  assert.deepEqual(seen, [0, 1, 2, 0]);
  state = state.update(step(state, true)!).state;
  assert.equal(currentOf(state), 2);
});

test("what others write meanwhile is found too, and what is selected stays so", () => {
  let state = looking("one bench", "bench");
  state = state.update(step(state)!).state;
  state = state.update({ changes: { from: 0, insert: "A bench and " } }).state;
  assert.deepEqual([state.field(finding).spans.length, currentOf(state)], [2, 1]);
});

test("one is replaced, or all at once, also by what holds the word itself", () => {
  let state = looking("bench bench", "bench");
  assert.equal(replaceOne(state, "x"), null);
  state = state.update(step(state)!).state;
  assert.equal(state.update(replaceOne(state, "lamp")!).state.sliceDoc(), "lamp bench");
  assert.equal(state.update(replaceAll(state, "$& bench")).state.sliceDoc(), "$& bench $& bench");
});
