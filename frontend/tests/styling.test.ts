import assert from "node:assert/strict";
import { test } from "node:test";
import { showMarks } from "../text/marks";
import { decorate } from "../text/styling";
import { countWords, wordsInWords } from "../text/words";
import { parsed } from "./marked";

interface Seen {
  hidden: string[];
  styled: [string, string][];
  lines: [string, string][];
  widgets: number;
}

/** What a reader of this text gets when the lines in `active` are being written. */
function seen(text: string, active: number[] = [], marks = false): Seen {
  let from = parsed(text);
  if (marks) from = from.update({ effects: showMarks.of(true) }).state;
  const out: Seen = { hidden: [], styled: [], lines: [], widgets: 0 };
  const all = decorate(from, [{ from: 0, to: from.doc.length }], new Set(active));
  for (const at = all.iter(); at.value; at.next()) {
    const spec = at.value.spec as { class?: string; widget?: unknown };
    if (spec.widget) out.widgets += 1;
    else if (!spec.class) out.hidden.push(from.sliceDoc(at.from, at.to));
    else if (at.from === at.to) out.lines.push([spec.class, from.doc.lineAt(at.from).text]);
    else out.styled.push([spec.class, from.sliceDoc(at.from, at.to)]);
  }
  return out;
}

test("a heading is big, told to assistive technology, and without its marks", () => {
  const { hidden, lines } = seen("## What we ask");
  assert.deepEqual(hidden, ["## "]);
  assert.deepEqual(lines, [["md-h md-h2", "## What we ask"]]);
  const [first] = [decorate(parsed("## x"), [{ from: 0, to: 4 }], new Set()).iter().value!.spec];
  assert.deepEqual(first.attributes, { role: "heading", "aria-level": "2" });
});

test("bold is bold; its marks are hidden, except on the line being written", () => {
  assert.deepEqual(seen("a **b** c").hidden, ["**", "**"]);
  const active = seen("a **b** c", [1]);
  assert.deepEqual(active.hidden, []);
  assert.deepEqual(active.styled.filter(([style]) => style === "md-mark").map(([, text]) => text), ["**", "**"]);
  assert.ok(active.styled.some(([style, text]) => style === "md-strong" && text === "**b**"));
});

test("all marks are shown when a writer wants to see them", () => {
  const { hidden, widgets } = seen("# a\n\n- **b**\n- [ ] c\n\n> d", [], true);
  assert.deepEqual([hidden, widgets], [[], 0]);
});

test("a link shows its words only; a bare address stays", () => {
  assert.deepEqual(seen("the [minutes](https://example.org/m)").hidden, ["[", "]", "(", "https://example.org/m", ")"]);
  assert.deepEqual(seen("see https://example.org/m").hidden, []);
});

test("an image keeps its source, for nothing is fetched from elsewhere", () => {
  assert.deepEqual(seen("![a map](https://example.org/m.png)").hidden, []);
});

test("bullets and boxes stand in for their marks, numbers stay", () => {
  assert.equal(seen("- one\n- two").widgets, 2);
  assert.equal(seen("1. one\n2. two").widgets, 0);
  const tasks = seen("- [ ] mugs\n- [x] chairs");
  assert.deepEqual([tasks.widgets, tasks.hidden], [2, ["- ", "- "]]);
  assert.ok(tasks.lines.some(([style, text]) => style === "md-done" && text.includes("chairs")));
});

test("nested items are set in, without their leading spaces", () => {
  const { lines, hidden } = seen("- one\n  - two");
  assert.deepEqual(lines.map(([style]) => style), ["md-item md-item0", "md-item md-item1"]);
  assert.deepEqual(hidden, ["  "]);
});

test("an item that goes on in a second line or paragraph is set in throughout", () => {
  const { lines, hidden } = seen("- one\nlazy\n\n  more");
  assert.deepEqual(lines, [
    ["md-item md-item0", "- one"],
    ["md-item md-item0 md-rest", "lazy"],
    ["md-item md-item0 md-rest", "  more"],
  ]);
  assert.deepEqual(hidden, ["  "]);
});

test("quotes, tables, code and rules are styled by line", () => {
  const { lines } = seen("> a\n> b\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\nx\n```\n\n---");
  assert.deepEqual(lines.map(([style]) => style), [
    ...["md-quote", "md-quote", "md-table", "md-table", "md-table", "md-block", "md-block", "md-block", "md-rule"],
  ]);
});

test("a hidden part never crosses a line", () => {
  const text = '[a](https://example.org "two\nlines") and **b\nc** > d\n\n***\n- \n- [ ]\n#\n>';
  const from = parsed(text);
  const all = decorate(from, [{ from: 0, to: text.length }], new Set());
  for (const at = all.iter(); at.value; at.next())
    if (!at.value.spec.class) assert.ok(at.to <= from.doc.lineAt(at.from).to, from.sliceDoc(at.from, at.to));
});

test("words are counted as a reader would, not the marks", () => {
  assert.equal(countWords("## What we ask\n\n- **Repairs** within 28 days\n- don't [wait](https://example.org/a/b)", "en"), 9);
  assert.equal(countWords("| a | b |\n|---|---|\n| 1 | 2 |", "en"), 4);
  assert.deepEqual([wordsInWords(1, "en"), wordsInWords(1234, "en")], ["1 word", "1,234 words"]);
});
