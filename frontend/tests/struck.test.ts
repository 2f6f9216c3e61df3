import assert from "node:assert/strict";
import { test } from "node:test";
import * as Y from "yjs";
import { clean, toText } from "../keeping/struck";

const holds = (bytes: Uint8Array, words: string) => Buffer.from(bytes).includes(Buffer.from(words));

test("what undo remembers is not in the clean state, and the text is the same", () => {
  const doc = new Y.Doc();
  const text = doc.getText("content");
  const undo = new Y.UndoManager(text);
  text.insert(0, "call John Smith now");
  undo.stopCapturing();
  text.delete(5, 11);
  const stained = Y.encodeStateAsUpdate(doc);
  assert.equal(holds(stained, "John Smith"), true);
  const state = clean([stained]);
  assert.equal(holds(state, "John Smith"), false);
  const fresh = new Y.Doc();
  Y.applyUpdate(fresh, state);
  assert.equal(fresh.getText("content").toString(), "call now");
  assert.deepEqual(Y.encodeStateVector(fresh), Y.encodeStateVector(doc));
});

test("rows of a copy are joined without what later rows deleted", () => {
  const doc = new Y.Doc();
  const rows: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => rows.push(update));
  doc.getText("content").insert(0, "call John Smith now");
  doc.getText("content").delete(5, 11);
  assert.equal(rows.some((row) => holds(row, "John Smith")), true);
  assert.equal(holds(clean(rows), "John"), false);
});

test("a state survives being written as text", () => {
  const bytes = Uint8Array.from({ length: 70_000 }, (_, at) => at % 256);
  assert.deepEqual(Uint8Array.from(Buffer.from(toText(bytes), "base64")), bytes);
});
