import assert from "node:assert/strict";
import { test } from "node:test";
import { type Emphasis, emphasised, toggleEmphasis } from "../text/inline";
import { type LineStyle, lineStyleAt, toggleLines } from "../text/lines";
import { dropLink, linkAt, putLink, webAddress } from "../text/link";
import { after, state } from "./marked";

const bold = (marked: string) => after(marked, (from) => toggleEmphasis(from, "StrongEmphasis"));
const italic = (marked: string, name: Emphasis = "Emphasis") => after(marked, (from) => toggleEmphasis(from, name));
const lines = (style: LineStyle) => (marked: string) => after(marked, (from) => toggleLines(from, style));

test("bold wraps the selected words and keeps them selected", () => {
  assert.equal(bold("Keep ‹the library› open"), "Keep **‹the library›** open");
});

test("bold without a selection makes the word at the cursor bold", () => {
  assert.equal(bold("Keep the lib|rary open"), "Keep the **lib|rary** open");
});

test("bold between two spaces opens a place to type, and closes it again", () => {
  assert.equal(bold("Keep | open"), "Keep **|** open");
  assert.equal(bold("Keep **|** open"), "Keep | open");
});

test("bold at the end of what was typed bold ends it, and the words stay bold", () => {
  assert.equal(bold("Many wait **an hour|**"), "Many wait **an hour**|");
  assert.equal(italic("Many wait *an hour|*"), "Many wait *an hour*|");
  assert.equal(bold("Many wait **an hour**|"), "Many wait **an hour|**");
  assert.equal(bold("|**an hour** on the phone"), "**|an hour** on the phone");
});

test("a space typed before the end is left outside", () => {
  assert.equal(bold("Many wait **an hour |**"), "Many wait **an hour** |");
  assert.equal(italic("Many wait *an hour |*"), "Many wait *an hour* |");
});

test("italic within bold ends alone, and bold with all that is in it", () => {
  assert.equal(italic("**the *library|***"), "**the *library*|**");
  assert.equal(italic("**the *library |***"), "**the *library* |**");
  assert.equal(bold("**the *library|***"), "**the *library***|");
});

test("bold and italic together can be begun in an empty place", () => {
  assert.equal(italic("Keep **|** open"), "Keep ***|*** open");
  assert.equal(italic("Keep ***|*** open"), "Keep **|** open");
  assert.equal(bold("Keep ***|*** open"), "Keep *|* open");
});

test("bold at the end of a word goes on until it is pressed again", () => {
  assert.equal(bold("Keep the library|"), "Keep the **library|**");
});

test("bold before bold words opens a place of its own", () => {
  assert.equal(bold("Keep | **open**"), "Keep **|** **open**");
});

test("the buttons say whether what is typed next is bold or italic", () => {
  const pressed = (marked: string, name: Emphasis = "StrongEmphasis") => emphasised(state(marked), state(marked).selection.main, name);
  for (const yes of ["**|**", "**an|**", "**an |**", "**an hour|**", "‹**an hour**›", "**|an hour**", "***|***"]) assert.equal(pressed(yes), true, yes);
  for (const no of ["|**an**", "**an**|", "**an** |", "*|*", "*an |*", "an| **hour**", "* one |"]) assert.equal(pressed(no), false, no);
  assert.equal(pressed("**|**", "Emphasis"), false);
  assert.equal(pressed("***|***", "Emphasis"), true);
  assert.equal(pressed("**an *hour*|**", "Emphasis"), false);
});

test("bold inside bold words makes them plain", () => {
  assert.equal(bold("Keep **the lib|rary** open"), "Keep the lib|rary open");
  assert.equal(bold("Keep **‹the library›** open"), "Keep ‹the library› open");
});

test("bold leaves spaces, list marks and headings outside, line by line", () => {
  assert.equal(bold("‹- one \n- two\n\n## three›"), "‹- **one** \n- **two**\n\n## **three›**");
});

test("bold over a partly bold selection is bold throughout, once", () => {
  assert.equal(bold("‹Keep **the** library›"), "**‹Keep the library›**");
});

test("italic within bold is both, and comes off alone", () => {
  assert.equal(italic("**the ‹library›**"), "**the *‹library›***");
  assert.equal(italic("**the *lib|rary* now**"), "**the lib|rary now**");
});

test("a heading is put on, turned into a subheading, and taken off", () => {
  assert.equal(lines("heading")("What we| ask"), "## What we| ask");
  assert.equal(lines("subheading")("## What we| ask"), "### What we| ask");
  assert.equal(lines("heading")("## What we| ask"), "What we| ask");
});

test("a list takes every written line of the selection", () => {
  assert.equal(lines("list")("‹one\n\ntwo›"), "- ‹one\n\n- two›");
  assert.equal(lines("list")("‹- one\n\n- two›"), "‹one\n\ntwo›");
});

test("a bulleted list becomes a numbered one", () => {
  assert.equal(lines("numbered")("‹- one\n- two›"), "‹1. one\n2. two›");
  assert.equal(lines("list")("‹1. one\n2. two›"), "‹- one\n- two›");
});

test("a list on an empty line begins one", () => {
  assert.equal(lines("list")("one\n\n|"), "one\n\n- |");
});

test("a quotation is put on and taken off", () => {
  assert.equal(lines("quote")("We were| never asked."), "> We were| never asked.");
  assert.equal(lines("quote")("> We were| never asked."), "We were| never asked.");
});

test("the pressed buttons follow the line", () => {
  assert.equal(lineStyleAt(state("## Wh|at"), "heading"), true);
  assert.equal(lineStyleAt(state("1. Wh|at"), "list"), false);
  assert.equal(lineStyleAt(state("1. Wh|at"), "numbered"), true);
});

test("a link takes the selected words, and is found again", () => {
  const put = after("Read the ‹minutes›.", (from) => putLink(linkAt(from), linkAt(from).words, "https://example.org/m"));
  assert.equal(put, "Read the [minutes](https://example.org/m)|.");
  const found = linkAt(state("Read the [min|utes](https://example.org/m)."));
  assert.deepEqual([found.words, found.address], ["minutes", "https://example.org/m"]);
});

test("a link can be taken out, its words stay", () => {
  assert.equal(after("Read [the| minutes](https://example.org/m).", (from) => dropLink(linkAt(from))), "Read the minutes|.");
});

test("brackets in a link's words and address cannot break out of it", () => {
  const put = after("‹x›", (from) => putLink(linkAt(from), "a] [b", "https://example.org/(a)"));
  assert.equal(put, "[a\\] \\[b](https://example.org/%28a%29)|");
});

test("only web and mail addresses become links", () => {
  assert.equal(webAddress(" example.org/minutes "), "https://example.org/minutes");
  assert.equal(webAddress("http://example.org"), "http://example.org");
  assert.equal(webAddress("team@example.org"), "mailto:team@example.org");
  assert.equal(webAddress("localhost:8000/e/fair"), "https://localhost:8000/e/fair");
  for (const bad of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "two words", "", "word"])
    assert.equal(webAddress(bad), null, bad);
});
