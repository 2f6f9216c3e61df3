import assert from "node:assert/strict";
import { test } from "node:test";
import * as Y from "yjs";
import { type Fork, openFork, without } from "../text/fork";
import { placeOf } from "../text/ids";

const TEXT = "# What we ask for\n\nThe path is dark and wet.\n\nThe benches are broken.\n";

function room(words = TEXT) {
  const doc = new Y.Doc();
  const text = doc.getText("content");
  text.insert(0, words);
  return { text, fork: openFork(text) };
}

function put(text: Y.Text, old: string, words: string) {
  const at = text.toString().indexOf(old);
  assert.ok(at >= 0, old);
  text.doc!.transact(() => {
    text.delete(at, old.length);
    text.insert(at, words);
  });
}

const told = (fork: Fork) => fork.changes().map(({ quote, words }) => `${quote} → ${words}`);

test("what is changed in the copy is not in the text, and is told place by place", () => {
  const { text, fork } = room();
  put(fork.text, "dark", "dim");
  put(fork.text, "wet", "damp");
  put(fork.text, "broken", "old");
  assert.equal(text.toString(), TEXT);
  assert.deepEqual(told(fork), ["dark and wet → dim and damp", "broken → old"]);
  for (const { from, to, words } of fork.changes()) assert.equal(fork.text.toString().slice(from, to), words);
});

test("what others write meanwhile is in the copy and is nobody's suggestion", () => {
  const { text, fork } = room();
  put(fork.text, "broken", "old");
  text.insert(0, "Before. ");
  put(text, "path", "way");
  assert.deepEqual(told(fork), ["broken → old"]);
  assert.equal(fork.text.toString(), `Before. ${TEXT.replace("path", "way").replace("broken", "old")}`);
});

test("every change is named by characters that everybody has", () => {
  const { text, fork } = room();
  put(fork.text, "dark and wet", "dim");
  fork.text.insert(fork.text.length, "\nAnd one more thing.\n");
  const [first, second] = fork.changes();
  assert.ok(first && second && "ids" in first.anchor && "before" in second.anchor);
  assert.deepEqual(placeOf(text, first.anchor.ids), { from: 31, to: 43 });
  assert.ok(fork.isShared(first.anchor) && fork.isShared(second.anchor));
});

test("what was taken back is no change", () => {
  const { fork } = room();
  const undo = new Y.UndoManager(fork.text);
  put(fork.text, "dark and wet", "");
  undo.undo();
  assert.equal(fork.text.toString(), TEXT);
  assert.deepEqual(fork.changes(), []);
  assert.deepEqual(fork.traces(), []);
});

test("words that undo brought back are not kept, and go when everybody's text loses them", () => {
  const { text, fork } = room();
  const undo = new Y.UndoManager(fork.text, { captureTimeout: 0 });
  put(fork.text, "broken", "old");
  fork.text.delete(fork.text.toString().indexOf("dark and wet"), 12);
  undo.undo();
  assert.ok(!Buffer.from(fork.own()).toString("latin1").includes("wet"), "it holds words of the text");
  const again = openFork(text);
  again.take(fork.own());
  assert.deepEqual(told(again), ["broken → old"]);
  put(text, "dark and wet", "dim");
  for (const one of [fork, again]) {
    assert.deepEqual(told(one), ["broken → old"]);
    assert.equal(one.text.toString(), text.toString().replace("broken", "old"));
  }
});

test("what the copy has of its own is enough to make it again, also before the text has come", () => {
  const { text, fork } = room();
  put(fork.text, "dark", "dim");
  put(fork.text, "broken", "old");
  const kept = fork.own();
  assert.ok(!Buffer.from(kept).toString("latin1").includes("benches"), "it holds words of the text");
  text.insert(0, "Before. ");
  const late = new Y.Doc();
  const again = openFork(late.getText("content"));
  again.take(kept);
  assert.deepEqual(told(again), []);
  assert.ok(again.waits(), "it would be taken for empty");
  const third = openFork(late.getText("content"));
  third.take(again.own());
  Y.applyUpdate(late, Y.encodeStateAsUpdate(text.doc!));
  for (const one of [again, third]) {
    assert.deepEqual(told(one), ["dark → dim", "broken → old"]);
    assert.ok(!one.waits());
  }
});

test("one change is thrown away and the others stay", () => {
  const { text, fork } = room();
  put(fork.text, "ask", "want");
  put(fork.text, "dark", "dim");
  put(fork.text, "broken", "old");
  const rest = without(text, fork, ({ words }) => words === "dim");
  assert.deepEqual(told(rest), ["ask → want", "broken → old"]);
  assert.deepEqual(told(without(text, rest, () => true)), []);
});

test("whatever is written in both, the changes make the copy out of the text", () => {
  let state = 11;
  const dice = (sides: number) => (state = (state * 1103515245 + 12345) % 2147483648) % sides;
  const { text, fork } = room("one two three four five six seven eight nine ten ".repeat(20));
  for (let n = 0; n < 1500; n++) {
    const body = dice(2) ? text : fork.text;
    const at = dice(body.length + 1);
    if (dice(2)) body.insert(at, ["a", "bc ", "\n\n", " d"][dice(4)]!);
    else body.delete(at, Math.min(dice(6), body.length - at));
    if (n % 50) continue;
    let now = text.toString();
    for (const { from, quote, words } of fork.changes()) {
      assert.equal(now.slice(from, from + quote.length), quote);
      now = now.slice(0, from) + words + now.slice(from + quote.length);
    }
    assert.equal(now, fork.text.toString());
  }
});
