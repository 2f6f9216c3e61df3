import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import * as Y from "yjs";
import { openWriting, PATIENCE_MS, type Row, type Writing } from "../keeping/writing";
import { type Disk, openDisk, settle } from "./disk";

interface Tab {
  doc: Y.Doc;
  writing: Writing;
  types(words: string): void;
  /** what the server said */
  hears(words: string): void;
  /** how often it said that something changed */
  told(): number;
}

let disk: Disk;
beforeEach(() => void (disk = openDisk()));

function open(): Tab {
  const doc = new Y.Doc();
  const server = Symbol("server");
  const absorb = (rows: Row[]) => {
    rows.forEach(({ update }) => Y.applyUpdate(doc, update, server));
    return Y.encodeStateAsUpdate(doc);
  };
  let told = 0;
  const writing = openWriting(disk.rows(), absorb, () => (told += 1));
  doc.on("update", (update: Uint8Array, origin: unknown) => writing.add(update, origin === server ? 0 : 1));
  const text = doc.getText("content");
  const put = (words: string, origin: unknown) => doc.transact(() => text.insert(text.length, words), origin);
  return { doc, writing, types: (words) => put(words, null), hears: (words) => put(words, server), told: () => told };
}

/** What a page that is opened now finds. */
function found(): string {
  const doc = new Y.Doc();
  for (const row of disk.kept.values()) Y.applyUpdate(doc, row.update);
  return doc.getText("content").toString();
}

const unsent = () => [...disk.kept.values()].reduce((sum, row) => sum + row.unsent, 0);

test("what was typed leaves only when the disk has it, in the order of typing", async () => {
  const tab = open();
  const left: string[] = [];
  disk.waits();
  tab.types("one ");
  tab.writing.after(() => left.push("one"));
  tab.types("two");
  tab.writing.after(() => left.push("two"));
  await settle();
  assert.deepEqual([left, tab.writing.done(), tab.writing.busy()], [[], false, true]);
  await disk.answers();
  assert.deepEqual([left, tab.writing.done(), found()], [["one", "two"], true, "one two"]);
  tab.writing.after(() => left.push("at once"));
  assert.equal(left.length, 3);
});

test("what comes while the disk is at work goes into one row", async () => {
  const tab = open();
  disk.waits();
  for (const letter of "twelve words") tab.types(letter);
  await disk.answers();
  await settle();
  assert.deepEqual([found(), disk.kept.size, unsent()], ["twelve words", 2, 12]);
});

test("a disk that takes too long is not waited for, and not called done", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const tab = open();
  let left = 0;
  disk.waits();
  tab.types("one");
  tab.writing.after(() => (left += 1));
  context.mock.timers.tick(PATIENCE_MS - 1);
  assert.equal(left, 0);
  context.mock.timers.tick(1);
  tab.writing.after(() => (left += 1));
  assert.deepEqual([left, tab.writing.done(), tab.writing.busy()], [2, false, false]);
});

test("a full disk holds nothing up, and gets everything once there is room", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const tab = open();
  disk.full = true;
  let left = 0;
  tab.types("one ");
  tab.writing.after(() => (left += 1));
  await settle();
  assert.deepEqual([left, tab.writing.done(), tab.writing.busy()], [1, false, false]);
  tab.types("two");
  disk.full = false;
  context.mock.timers.tick(5000);
  await settle();
  assert.deepEqual([tab.writing.done(), found(), unsent()], [true, "one two", 2]);
});

test("rows are unsent until the server confirmed them, and only those", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const tab = open();
  tab.types("one ");
  await settle();
  tab.writing.confirmed();
  tab.types("two");
  await settle();
  assert.equal(unsent(), 1);
  tab.writing.confirmed();
  context.mock.timers.tick(1000);
  await settle();
  assert.equal(unsent(), 0);
});

test("a change that the server confirmed before the disk took it is not unsent", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const tab = open();
  disk.waits();
  tab.types("quick server");
  tab.writing.confirmed();
  await disk.answers();
  context.mock.timers.tick(1000);
  await settle();
  assert.deepEqual([found(), unsent()], ["quick server", 0]);
});

test("many rows of the server become one; what another tab has not sent stays its own", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const [here, there] = [open(), open()];
  there.types("typed elsewhere ");
  await settle();
  for (let turn = 0; turn < 260; turn += 1) {
    here.types("x");
    await settle();
    here.writing.confirmed();
    context.mock.timers.tick(1000);
    await settle();
  }
  assert.ok(disk.kept.size < 70, String(disk.kept.size));
  assert.equal(unsent(), 1);
  assert.ok(found().includes("typed elsewhere ") && found().includes("x".repeat(260)));
});

test("what came from the server waits for company, and leaves with the page", async () => {
  const tab = open();
  tab.hears("one ");
  tab.hears("two ");
  await settle();
  assert.deepEqual([disk.kept.size, tab.writing.done()], [0, true]);
  tab.types("three");
  await settle();
  assert.deepEqual([found(), disk.kept.size, unsent()], ["one two three", 1, 1]);
  tab.hears(" four");
  tab.writing.hurry();
  await settle();
  assert.equal(found(), "one two three four");
  mock.reset();
});

test("a copy that was closed says nothing more, however often its disk refuses", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const tab = open();
  disk.full = true;
  tab.types("refused");
  tab.hears("and this");
  await settle();
  const before = tab.told();
  assert.ok(before > 0);
  tab.writing.end();
  for (let second = 0; second < 20; second += 1) {
    context.mock.timers.tick(1000);
    await settle();
  }
  assert.deepEqual([tab.told(), found()], [before, ""]);
});
