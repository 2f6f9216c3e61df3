import assert from "node:assert/strict";
import { test } from "node:test";
import * as Y from "yjs";
import { countInWords, present } from "../page/people";
import { cursorsIn } from "../text/cursors";
import { guest, guestOf } from "../text/guests";

const user = (id: string, name: string | null = null) => ({ user: { id, name, colour: "#0b4f6c" } });
const me = guest("1", null, "#0b4f6c");

test("a person with two tabs is one person, and you come first", () => {
  const states = new Map([[10, user("1")], [11, user("1")], [12, user("2")], [13, user("3", "Amina")], [14, user("3", "Amina")]]);
  assert.deepEqual(present(states, 10, me).map(({ id, you }) => [id, you]), [["1", true], ["3", false], ["2", false]]);
});

test("whoever has a cursor in any tab can be gone to", () => {
  const states = new Map<number, Record<string, unknown>>([[11, { ...user("2"), cursor: {} }], [12, user("2")], [13, user("3")]]);
  assert.deepEqual(present(states, 10, me).map(({ id, writing }) => [id, writing]), [["1", false], ["2", true], ["3", false]]);
});

test("you are here even before anybody said so, and how many is said in words", () => {
  assert.equal(present(new Map(), 10, me).length, 1);
  assert.deepEqual([countInWords(1), countInWords(3)], ["Only you are here", "3 people here"]);
});

test("whoever chose no name is a writer", () => {
  assert.equal(guestOf(user("2")).name, "a writer");
  assert.equal(guestOf({}).name, "a writer");
});

test("a colour that is none cannot reach the style sheet", () => {
  assert.equal(guest("1", null, "red;background:url(//x)").colour, "#4a5c68");
});

test("a name can be read on its colour", () => {
  assert.deepEqual([guest("1", "A", "#0b4f6c").ink, guest("1", "A", "#ffd54a").ink], ["#fff", "#000"]);
});

test("a cursor follows its words, and junk shows no cursor", () => {
  const doc = new Y.Doc();
  const text = doc.getText("content");
  text.insert(0, "Keep the library");
  const at = (index: number) => JSON.parse(JSON.stringify(Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, index))));
  const states = new Map<number, Record<string, unknown>>([
    [1, { ...user("1"), cursor: { anchor: at(0), head: at(4) } }],
    [2, { ...user("2"), cursor: { anchor: at(5), head: at(9) } }],
    [3, { ...user("3"), cursor: { anchor: "x", head: 7 } }],
    [4, { ...user("4"), cursor: null }],
    [5, { ...user("5"), cursor: { anchor: {}, head: { tname: "elsewhere" } } }],
  ]);
  text.insert(0, "We ");
  assert.deepEqual(cursorsIn(text, states, 1).map(({ client, anchor, head }) => [client, anchor, head]), [[2, 8, 12]]);
});
