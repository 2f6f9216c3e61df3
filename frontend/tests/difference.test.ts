import assert from "node:assert/strict";
import { test } from "node:test";
import { additions, asChanges } from "../text/difference";

/** `theirs` with what only `mine` has. */
function together(theirs: string, mine: string): string {
  let out = theirs;
  for (const { from, insert } of asChanges(theirs, additions(theirs, mine)).reverse()) out = out.slice(0, from) + insert + out.slice(from);
  return out;
}

test("words that were not taken come back where they stood", () => {
  assert.equal(together("Keep the library open.", "Keep the old library open."), "Keep the old library open.");
});

test("words put in next to each other stay next to each other", () => {
  assert.equal(together("4 May. Read it.", "4 May. not taken at all Read it."), "4 May. not taken at all Read it.");
  assert.deepEqual(additions("4 May. Read it.", "4 May. not taken Read it."), [{ at: 7, words: "not taken " }]);
});

test("nothing that others wrote meanwhile is taken away", () => {
  const merged = together("Keep the library open on Sundays.", "Keep the old library open.");
  for (const word of ["old", "Sundays.", "open"]) assert.ok(merged.includes(word), merged);
});

test("a text of which everything is there adds nothing", () => {
  assert.deepEqual(additions("one two three", "one three"), []);
  assert.deepEqual(additions("same", "same"), []);
});

test("into an empty copy goes the whole text", () => {
  assert.equal(together("", "# All\n\nof it"), "# All\n\nof it");
});

test("a long text is compared quickly enough not to be felt", () => {
  const long = Array.from({ length: 40_000 }, (_, at) => `w${at}`).join(" ");
  const start = performance.now();
  const merged = together(`${long} x`, `y ${long}`);
  assert.ok(performance.now() - start < 2000);
  assert.ok(merged.includes("y") && merged.includes("w39999"));
});
