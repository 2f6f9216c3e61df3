import assert from "node:assert/strict";
import { test } from "node:test";
import { ChangeSet, EditorState, Text } from "@codemirror/state";
import * as Y from "yjs";
import { changesOf, crossed } from "../text/sync";
import { addressAt } from "../text/opening";
import { parsed } from "./marked";

test("whatever happens to the shared text, the same changes give the same editor", () => {
  const doc = new Y.Doc();
  const text = doc.getText("content");
  let editor = EditorState.create({ doc: "", extensions: EditorState.lineSeparator.of("\n") });
  text.observe((event) => void (editor = editor.update({ changes: changesOf(event.delta) }).state));
  let seed = 11;
  const dice = (sides: number) => (seed = (seed * 16807) % 2147483647) % sides;
  for (let turn = 0; turn < 300; turn += 1)
    doc.transact(() => {
      for (let step = 0; step < 3; step += 1) {
        const at = dice(text.length + 1);
        if (dice(3) && at < text.length) text.delete(at, Math.min(dice(4), text.length - at));
        else text.insert(at, ["a", "line\n", "é", "\r\n", "two\nlines"][dice(5)]!);
      }
    });
  assert.ok(text.length > 20);
  assert.equal(editor.sliceDoc(), text.toString());
});

test("what waits for a composition to end and what is composed meanwhile give one text in either order", () => {
  const doc = Text.of(["Bring your own mug"]);
  const waiting = ChangeSet.of([{ from: 18, insert: "s" }, { from: 0, to: 5, insert: "Take" }], doc.length);
  const own = ChangeSet.of({ from: 18, insert: "日本" }, doc.length);
  const after = crossed(own, waiting);
  const shared = after.own.apply(waiting.apply(doc)).toString();
  assert.equal(after.waiting.apply(own.apply(doc)).toString(), shared);
  assert.ok(shared.startsWith("Take your own mug") && shared.includes("日本"));
});

test("only web and mail links open from the text", () => {
  assert.equal(addressAt(parsed("the [minutes](https://example.org/m)"), 7), "https://example.org/m");
  assert.equal(addressAt(parsed("the [minutes](javascript:alert(1))"), 7), null);
  assert.equal(addressAt(parsed("plain words"), 3), null);
});
