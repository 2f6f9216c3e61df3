import assert from "node:assert/strict";
import { test } from "node:test";
import { gathered, trimmed } from "../text/gathering";

const OLD = "The path is dark and wet.\n\nThe benches are broken. Nobody sits there in the evening, or in the morning.\n";

/** Whatever each writer typed over what, told as it is suggested. */
function told(...typed: [string, string][]) {
  const edits = typed.map(([old, words]) => ({ from: OLD.indexOf(old), to: OLD.indexOf(old) + old.length, words }));
  return gathered(OLD, trimmed(OLD, edits)).map(({ from, to, words }) => [OLD.slice(from, to), words]);
}

test("edits near each other are one change, those in two paragraphs or far apart are two", () => {
  assert.deepEqual(told(["dark", "dim"], ["wet", "damp"]), [["dark and wet", "dim and damp"]]);
  assert.deepEqual(told(["wet", "damp"], ["benches", "seats"]), [["wet", "damp"], ["benches", "seats"]]);
  assert.deepEqual(told(["broken", "old"], ["morning", "rain"]), [["broken", "old"], ["morning", "rain"]]);
});

test("a paragraph that is added near another change is a change of its own", () => {
  const end = { from: OLD.length, to: OLD.length, words: "\nAnd add a bench." };
  const at = OLD.indexOf("morning");
  assert.deepEqual(gathered(OLD, [{ from: at, to: at + 7, words: "rain" }, end]), [{ from: at, to: at + 7, words: "rain" }, end]);
});

test("whole words are changed", () => {
  const [from, to] = [OLD.indexOf("path") + 4, OLD.indexOf("path") + 4];
  assert.deepEqual(gathered(OLD, [{ from, to, words: "s" }]), [{ from: from - 4, to, words: "paths" }]);
  assert.deepEqual(told(["dark and wet", "dim and wet"]), [["dark", "dim"]]);
  assert.deepEqual(told(["dark", "dank"]), [["dark", "dank"]]);
  assert.deepEqual(told(["dark ", ""]), [["dark ", ""]]);
});

test("what was put back as it was is no change", () => {
  assert.deepEqual(told(["dark and wet", "dark and wet"]), []);
});
