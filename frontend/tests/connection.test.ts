import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import * as Y from "yjs";
import { type Table, setTable } from "./table";
import { text } from "./room";

const FRAME_MS = 16;
const SECOND = 1000;
let table: Table;
beforeEach(() => void (table = setTable()));
afterEach(() => table.rises());

test("two writers typing at once end with the same text", () => {
  const [ada, bob] = [table.seat("ada"), table.seat("bob")];
  ada.types("Hello ");
  bob.types("World");
  table.clock.passes(FRAME_MS);
  assert.equal(ada.reads().length, 11);
  table.everyoneReads(ada.reads());
});

test("it is saved only when the disk has it, not when it was sent", () => {
  const ada = table.seat("ada");
  assert.equal(ada.standing().saved, true);
  table.room.diskWaits();
  ada.types("Repairs");
  assert.equal(ada.standing().saved, false);
  table.clock.passes(FRAME_MS);
  assert.equal(ada.standing().saved, false);
  assert.equal(ada.standing().unconfirmed, 1);
  table.room.diskAnswers();
  assert.equal(ada.standing().saved, true);
  assert.equal(ada.standing().unconfirmed, 0);
});

test("a page that only opened is not saved before its own step 2 was confirmed", () => {
  table.room.diskWaits();
  const ada = table.seat("ada");
  assert.equal(ada.standing().phase, "live");
  assert.equal(ada.standing().saved, false);
  table.room.diskAnswers();
  assert.equal(ada.standing().saved, true);
});

test("what is typed within one animation frame is one message with one number", () => {
  const ada = table.seat("ada");
  const before = table.room.frames.length;
  for (const letter of "ten letters") ada.types(letter);
  table.clock.passes(FRAME_MS);
  const sent = table.room.frames.slice(before).filter((frame) => frame.kind === "update");
  assert.deepEqual(sent.map((frame) => frame.frame), [2]);
  table.everyoneReads("ten letters");
});

test("frames that carry edits are counted from 1 in every connection, others are 0", () => {
  const ada = table.seat("ada");
  ada.types("a");
  table.clock.passes(FRAME_MS);
  table.room.cut();
  table.room.returns();
  table.clock.passes(20_000);
  ada.types("b");
  table.clock.passes(FRAME_MS);
  const numbered = table.room.frames.filter((frame) => frame.kind === "step2" || frame.kind === "update");
  assert.deepEqual(numbered.map((frame) => frame.frame), [1, 2, 1, 2]);
  assert.ok(table.room.frames.filter((frame) => !numbered.includes(frame)).every((frame) => frame.frame === 0));
});

test("what is typed without a connection is counted, kept and sent when it returns", () => {
  const [ada, bob] = [table.seat("ada"), table.seat("bob")];
  table.room.cut();
  ada.types("one ");
  ada.types("two ");
  bob.types("three ");
  assert.deepEqual([ada.standing().unconfirmed, ada.standing().phase, ada.standing().again], [2, "connecting", true]);
  table.clock.passes(60_000);
  assert.equal(ada.standing().saved, false);
  table.room.returns();
  table.clock.passes(20_000);
  assert.equal(ada.standing().saved, true);
  assert.equal(ada.reads().length, 14);
  table.everyoneReads(ada.reads());
});

test("a frame that was under way when the line broke is sent again", () => {
  const ada = table.seat("ada");
  table.room.dropsOne();
  ada.types("lost?");
  table.clock.passes(FRAME_MS);
  table.room.cut();
  assert.equal(ada.standing().unconfirmed, 1);
  table.room.returns();
  table.clock.passes(2000);
  table.everyoneReads("lost?");
  assert.equal(ada.standing().saved, true);
});

test("a gap is closed by answering the server's step 1", () => {
  const ada = table.seat("ada");
  table.room.dropsOne();
  ada.types("first ");
  table.clock.passes(FRAME_MS);
  ada.types("second");
  table.clock.passes(FRAME_MS);
  table.everyoneReads("first second");
  assert.equal(ada.standing().saved, true);
  assert.equal(ada.standing().trouble, null);
});

test("refused as too fast: the text stays, waits, and goes out by itself", () => {
  const ada = table.seat("ada");
  table.room.refusesOne("too_fast", false);
  ada.types("quick ");
  table.clock.passes(FRAME_MS);
  assert.equal(ada.standing().trouble, "refused: too_fast");
  ada.types("brown fox");
  table.clock.passes(1000);
  assert.equal(text(table.room.doc).toString(), "");
  assert.equal(ada.standing().saved, false);
  table.clock.passes(1500);
  table.everyoneReads("quick brown fox");
  assert.deepEqual([ada.standing().saved, ada.standing().trouble], [true, null]);
});

test("a disk that refused says so until the text went through", () => {
  const ada = table.seat("ada");
  table.room.refusesOne("not_saved", false);
  ada.types("kept");
  table.clock.passes(FRAME_MS);
  table.room.cut();
  assert.deepEqual([ada.standing().saved, ada.standing().trouble], [false, "refused: not_saved"]);
  table.room.returns();
  table.clock.passes(2000);
  table.everyoneReads("kept");
  assert.equal(ada.standing().saved, true);
});

for (const reason of ["no_right", "frozen", "other_epoch", "foreign_client", "malformed", "too_large", "document_full"])
  test(`refused for good (${reason}): told once, and nothing is sent or called saved after it`, () => {
    const ada = table.seat("ada");
    table.room.refusesOne(reason, true);
    ada.types("mine");
    table.clock.passes(FRAME_MS);
    const sent = table.room.frames.length;
    ada.types(" and more");
    table.clock.passes(60_000);
    assert.deepEqual(ada.endings.map((ending) => ending.reason), [reason]);
    assert.equal(table.room.frames.length, sent);
    assert.deepEqual([ada.standing().phase, ada.standing().saved], ["ended", false]);
    assert.equal(ada.reads(), "mine and more");
  });

test("a copy of another epoch is never merged in", () => {
  const doc = new Y.Doc();
  text(doc).insert(0, "an older life");
  const ada = table.seat("ada", { doc, epoch: "e0" });
  assert.equal(ada.endings[0]?.reason, "other_epoch");
  assert.equal(text(table.room.doc).toString(), "");
});

test("a copy that an earlier page kept is sent, and counts until it is confirmed", () => {
  const doc = new Y.Doc();
  text(doc).insert(0, "typed yesterday");
  table.room.cut();
  const ada = table.seat("ada", { doc, epoch: "e1", remembered: 3 });
  assert.equal(ada.standing().unconfirmed, 3);
  table.room.returns();
  table.clock.passes(2000);
  table.everyoneReads("typed yesterday");
  assert.deepEqual([ada.standing().unconfirmed, ada.standing().saved], [0, true]);
});

test("a copy that comes late is sent, and counts until it is confirmed", () => {
  text(table.room.doc).insert(0, "here. ");
  const ada = table.seat("ada");
  const kept = new Y.Doc();
  text(kept).insert(0, "typed yesterday");
  table.room.diskWaits();
  ada.connection.remember(3);
  Y.applyUpdate(ada.doc, Y.encodeStateAsUpdate(kept), "device");
  table.clock.passes(100);
  assert.deepEqual([ada.standing().unconfirmed, ada.standing().saved], [3, false]);
  table.room.diskAnswers();
  assert.deepEqual([ada.standing().unconfirmed, ada.standing().saved], [0, true]);
  assert.ok(text(table.room.doc).toString().includes("typed yesterday"));
});

test("a copy that comes late with what the server has already is no reason to wait", () => {
  text(table.room.doc).insert(0, "here");
  const ada = table.seat("ada");
  ada.connection.remember(2);
  table.clock.passes(100);
  assert.deepEqual([ada.standing().unconfirmed, ada.standing().saved], [0, true]);
});

test("a late copy of somebody who may only read now is set aside", () => {
  table.room.mayWrite = false;
  const ada = table.seat("ada");
  const kept = new Y.Doc();
  text(kept).insert(0, "typed yesterday");
  ada.connection.remember(1);
  Y.applyUpdate(ada.doc, Y.encodeStateAsUpdate(kept), "device");
  assert.equal(ada.standing().saved, false);
  table.clock.passes(100);
  assert.equal(ada.endings[0]?.reason, "no_right");
  assert.equal(text(table.room.doc).toString(), "");
});

test("a reader sends no edits, and is live", () => {
  table.room.mayWrite = false;
  text(table.room.doc).insert(0, "read me");
  const ada = table.seat("ada");
  assert.deepEqual([ada.reads(), ada.standing().mayWrite, ada.standing().phase], ["read me", false, "live"]);
  assert.ok(table.room.frames.every((frame) => frame.frame === 0));
});

test("whoever lost the right to write while away has the text set aside, not sent", () => {
  const ada = table.seat("ada");
  table.room.cut();
  ada.types("too late");
  table.room.mayWrite = false;
  table.room.returns();
  table.clock.passes(2000);
  assert.equal(ada.endings[0]?.reason, "no_right");
  assert.equal(text(table.room.doc).toString(), "");
});

test("a busy server is tried again, with its reason shown meanwhile", () => {
  table.room.deniesNext("busy", false);
  const ada = table.seat("ada");
  assert.equal(ada.standing().trouble, "denied: busy");
  table.clock.passes(1000);
  assert.deepEqual([ada.standing().phase, ada.standing().trouble], ["live", null]);
});

test("a lost line is tried again less and less often, and at once when the network is back", () => {
  const ada = table.seat("ada");
  table.room.cut();
  table.clock.passes(60_000);
  assert.ok(table.room.attempts < 14, String(table.room.attempts));
  table.room.returns();
  ada.connection.wake();
  assert.equal(ada.standing().phase, "live");
});

test("cursors of others are forgotten without a connection", () => {
  const [ada, bob] = [table.seat("ada"), table.seat("bob")];
  bob.awareness.setLocalState({ cursor: null });
  table.clock.passes(100);
  assert.equal(ada.awareness.getStates().size, 2);
  table.room.cut();
  assert.deepEqual([...ada.awareness.getStates().keys()], [ada.awareness.clientID]);
});

test("a computer that slept says so, and the line is tried at once", () => {
  const ada = table.seat("ada");
  const before = table.room.frames.length;
  table.clock.sleeps(2 * 3600 * SECOND);
  table.room.answersNothing();
  table.clock.passes(SECOND);
  assert.deepEqual([ada.standing().phase, ada.standing().saved], ["syncing", false]);
  assert.equal(table.room.frames.slice(before).filter(({ kind }) => kind === "step1").length, 1);
  table.room.answersAgain();
  table.clock.passes(SECOND);
  assert.deepEqual([ada.standing().phase, ada.standing().saved], ["live", true]);
});

test("after a sleep a dead line is given up in seconds, and what was typed meanwhile merges", () => {
  const [ada, bob] = [table.seat("ada"), table.seat("bob")];
  ada.types("old text ");
  table.clock.passes(FRAME_MS);
  table.room.loses("ada");
  bob.types("news ");
  table.clock.sleeps(2 * 3600 * SECOND);
  table.clock.passes(SECOND);
  ada.types("typed before it was sure");
  assert.equal(ada.story.at(-1)!.phase, "syncing");
  table.clock.passes(10 * SECOND);
  assert.deepEqual([ada.standing().phase, ada.standing().saved], ["live", true]);
  table.everyoneReads(bob.reads());
  for (const words of ["old text ", "news ", "typed before it was sure"]) assert.ok(ada.reads().includes(words));
});

test("a line that went silent without a word is not called live for long", () => {
  const ada = table.seat("ada");
  table.room.loses("ada");
  table.clock.passes(18 * SECOND);
  assert.equal(ada.standing().phase, "syncing");
  table.clock.passes(4 * SECOND);
  assert.ok(ada.story.some(({ phase }) => phase === "connecting"));
});

test("a quiet line that answers is never doubted", () => {
  const ada = table.seat("ada");
  const from = ada.story.length;
  table.clock.passes(600 * SECOND);
  assert.ok(ada.story.slice(from).every(({ phase }) => phase === "live"));
});

test("a frame that nobody confirms makes the line doubtful", () => {
  const ada = table.seat("ada");
  table.room.loses("ada");
  ada.types("into the void");
  table.clock.passes(8 * SECOND);
  assert.equal(ada.standing().phase, "syncing");
  table.clock.passes(6 * SECOND);
  table.everyoneReads("into the void");
  assert.equal(ada.standing().saved, true);
});

test("a token that is too old is renewed once; a second refusal is believed", async () => {
  table.room.deniesNext("csrf", true);
  const ada = table.seat("ada");
  assert.equal(ada.endings.length, 0);
  await Promise.resolve();
  await Promise.resolve();
  assert.equal(ada.standing().phase, "live");
  table.room.cut();
  table.room.returns();
  table.room.deniesNext("csrf", true);
  table.clock.passes(2 * SECOND);
  table.room.deniesNext("csrf", true);
  await Promise.resolve();
  await Promise.resolve();
  assert.deepEqual(ada.endings.map(({ reason }) => reason), ["csrf"]);
});

test("a page never says saved while the room lacks something, whatever the line does", () => {
  const [ada, bob] = [table.seat("ada"), table.seat("bob")];
  let seed = 7;
  const dice = (sides: number) => (seed = (seed * 16807) % 2147483647) % sides;
  for (let turn = 0; turn < 400; turn += 1) {
    const act = dice(10);
    if (act < 4) ada.types(String(turn % 10), dice(ada.reads().length + 1));
    else if (act < 6) bob.types("-", dice(bob.reads().length + 1));
    else if (act === 6) table.room.dropsOne();
    else if (act === 7) table.room.cut();
    else if (act === 8) table.room.refusesOne("too_fast", false);
    else if (dice(4) === 0) table.room.loses(dice(2) ? "ada" : "bob");
    else if (dice(4) === 0) table.clock.sleeps(3_600_000);
    else table.room.returns();
    table.clock.passes(dice(1500));
    for (const writer of [ada, bob]) {
      const lacks = Y.encodeStateAsUpdate(writer.doc, Y.encodeStateVector(table.room.doc));
      if (writer.standing().saved) assert.equal(Y.decodeUpdate(lacks).structs.length, 0, `turn ${turn}`);
    }
  }
  // more than once, since the room may still be about to drop one frame or to refuse one
  for (const _ of [1, 2, 3]) {
    table.room.cut();
    table.room.returns();
    table.clock.passes(60_000);
  }
  table.everyoneReads(ada.reads());
  assert.ok(ada.standing().saved && bob.standing().saved);
});
