import assert from "node:assert/strict";
import { test } from "node:test";
import { syntaxTree } from "@codemirror/language";
import type { SyntaxNode } from "@lezer/common";
import { pictureOf, putPicture } from "../text/picture";
import { decorate } from "../text/styling";
import { after, parsed } from "./marked";

const SOURCE = `/e/river/-/images/${"a".repeat(64)}.jpeg`;

function found(text: string) {
  const state = parsed(text);
  const images: SyntaxNode[] = [];
  syntaxTree(state).iterate({ enter: (node) => void (node.name === "Image" && images.push(node.node)) });
  return images.map((image) => pictureOf(state, image));
}

test("a picture of the event is recognised, with its words and size", () => {
  assert.deepEqual(found(`![The \\[old\\] bridge](${SOURCE}#640x480)`), [{ source: SOURCE, words: "The [old] bridge", size: { width: 640, height: 480 } }]);
  assert.deepEqual(found(`![](${SOURCE})`), [{ source: SOURCE, words: "", size: null }]);
});

test("a picture from elsewhere is none", () => {
  const others = ["https://example.org/m.png", `https://example.org${SOURCE}`, `/${SOURCE}`, `${SOURCE}/remove`, `${SOURCE}?x`, `${SOURCE}#0x1`, SOURCE.replace("jpeg", "svg"), `/e/river/../..${SOURCE}`];
  for (const address of others) assert.deepEqual(found(`![a](${address})`), [null], address);
});

test("a picture goes in where the cursor is, and as a paragraph of its own at the end of a line", () => {
  const put = (marked: string, words = "A bridge") => after(marked, (state) => putPicture(state, words, "/x"));
  assert.equal(put("|"), "![A bridge](/x)\n\n|");
  assert.equal(put("one|"), "one\n\n![A bridge](/x)\n\n|");
  assert.equal(put("one|\ntwo"), "one\n\n![A bridge](/x)\n\n|\n\ntwo");
  assert.equal(put("one|\n\ntwo"), "one\n\n![A bridge](/x)\n\n|\n\ntwo");
  assert.equal(put("one| two"), "one![A bridge](/x)| two");
  assert.equal(put("|", "  an [x]\n`y` \\ <z  "), "![an \\[x\\] \\`y\\` \\\\ \\<z](/x)\n\n|");
});

test("in the text a picture stands in place of its address, and below it while the line is written", () => {
  const text = `one\n\n![A bridge](${SOURCE}#4x3)`;
  const spans = (active: number[]) => {
    const out: [number, number][] = [];
    const state = parsed(text);
    for (const at = decorate(state, [{ from: 0, to: text.length }], new Set(active)).iter(); at.value; at.next())
      if ((at.value.spec as { widget?: unknown }).widget) out.push([at.from, at.to]);
    return out;
  };
  assert.deepEqual(spans([]), [[5, text.length]]);
  assert.deepEqual(spans([3]), [[text.length, text.length]]);
});
