import assert from "node:assert/strict";
import { test } from "node:test";
import * as Y from "yjs";
import { anchorOf, placeOf, type Range } from "../text/ids";

/** Three copies that hear of each other now and then. No character is written twice, so the words are their own model. */
function writers(seed: number) {
  let state = seed;
  const dice = (sides: number) => (state = (state * 1103515245 + 12345) % 2147483648) % sides;
  const docs = [1, 2, 3].map((id) => Object.assign(new Y.Doc(), { clientID: id }));
  let [next, far] = [0x4e00, 0x20000];
  const fresh = () => Array.from({ length: 1 + dice(5) }, () => String.fromCodePoint(dice(3) ? next++ : far++)).join("");
  const text = () => docs[0]!.getText("content");
  return {
    dice,
    text,
    edit() {
      const doc = docs[dice(3)]!;
      if (dice(3) === 0) Y.applyUpdate(doc, Y.encodeStateAsUpdate(docs[dice(3)]!, Y.encodeStateVector(doc)));
      const body = doc.getText("content");
      const units = [...body.toString()];
      const at = dice(units.length + 1);
      const index = units.slice(0, at).join("").length;
      if (units.length > 200 || dice(2)) body.delete(index, units.slice(at, at + 1 + dice(7)).join("").length);
      else body.insert(index, fresh());
    },
    meet() {
      for (let round = 0; round < 2; round++)
        for (const doc of docs) {
          Y.applyUpdate(docs[0]!, Y.encodeStateAsUpdate(doc));
          Y.applyUpdate(doc, Y.encodeStateAsUpdate(docs[0]!));
        }
    },
  };
}

test("an anchor is on its words, or on nothing when the last of them is gone", () => {
  const all = writers(7);
  const anchors: { words: string; ids: Range[] }[] = [];
  let [kept, lost] = [0, 0];
  for (let n = 0; n < 4000; n++) {
    all.edit();
    if (n % 100 !== 99) continue;
    all.meet();
    const now = all.text().toString();
    for (const { words, ids } of anchors) {
      const place = placeOf(all.text(), ids);
      const here = [...words].filter((one) => now.includes(one)).map((one) => [now.indexOf(one), now.indexOf(one) + one.length] as const);
      const wanted = here.length ? { from: Math.min(...here.map(([a]) => a)), to: Math.max(...here.map(([, b]) => b)) } : null;
      assert.deepEqual(place, wanted);
      if (place) kept += 1;
      else lost += 1;
    }
    const units = [...now];
    if (units.length < 12) continue;
    const at = all.dice(units.length - 10);
    const [from, words] = [units.slice(0, at).join("").length, units.slice(at, at + 1 + all.dice(9)).join("")];
    const anchor = anchorOf(all.text(), from, from + words.length);
    assert.ok("ids" in anchor);
    anchors.push({ words, ids: anchor.ids });
    assert.deepEqual(placeOf(all.text(), anchor.ids), { from, to: from + words.length });
  }
  assert.ok(kept > 50 && lost > 50, `${kept} kept, ${lost} lost`);
});

test("a point is named by its neighbours, where it has any", () => {
  const doc = Object.assign(new Y.Doc(), { clientID: 9 });
  const text = doc.getText("content");
  assert.deepEqual(anchorOf(text, 0, 0), { before: null, after: null });
  text.insert(0, "ab");
  assert.deepEqual(anchorOf(text, 0, 0), { before: null, after: [9, 0, 1] });
  assert.deepEqual(anchorOf(text, 1, 1), { before: [9, 0, 1], after: [9, 1, 1] });
  assert.deepEqual(anchorOf(text, 2, 2), { before: [9, 1, 1], after: null });
});

test("ids that were never here have no place", () => {
  assert.equal(placeOf(new Y.Doc().getText("content"), [[5, 0, 3]]), null);
});
