import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import * as Y from "yjs";
import type { Rows } from "../keeping/database";
import type { Clock } from "../network/clock";
import type { Standing } from "../network/standing";
import { type Follower, openRound, type Round } from "../page/round";
import type { Settings } from "../page/settings";
import { describe, type Situation, wouldLose } from "../page/status";
import { type Disk, openDisk } from "./disk";
import { openRoom, type Room, text } from "./room";

const store = new Map<string, string>();
Object.assign(globalThis, {
  localStorage: {
    getItem: (key: string) => store.get(key) ?? null,
    setItem: (key: string, value: string) => void store.set(key, value),
    removeItem: (key: string) => void store.delete(key),
  },
  document: { visibilityState: "visible" },
});

const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));
const clock: Clock = {
  now: () => Date.now(),
  soon: (act) => void setTimeout(act, 1),
  later(ms, act) {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};

let disk: Disk;
let room: Room;
let standing: Standing | null;
let ended: string | null;
/** the opening of a copy waits for these */
let openings: (() => void)[];

beforeEach(() => {
  store.clear();
  [disk, room, standing, ended, openings] = [openDisk(), openRoom(), null, null, []];
});

async function open<T>(): Promise<Rows<T>> {
  await new Promise<void>((done) => openings.push(done));
  return disk.rows() as unknown as Rows<T>;
}

/** A round without a copy: its disk is slower than the network. */
async function begins(mayWrite = true): Promise<Round> {
  const settings = { keep: true, kept: false, draftId: "7", epoch: "e1", person: { id: "1", name: null, colour: "" }, urls: {} } as unknown as Settings;
  const follower: Follower = {
    ready() {},
    live() {},
    changed: (_round, now) => void (standing = now),
    ended: (_round, refusal) => void (ended = refusal.reason),
    welcomed() {},
    news() {},
    struck() {},
    stained() {},
  };
  const round = await openRound({ settings, network: room.network("ada"), clock, open }, null, follower, mayWrite);
  await wait(20);
  return round;
}

const situation = (round: Round): Situation =>
  ({ standing: standing!, kept: round.kept(), shows: "live", copyOf: null, restarted: false, ended: null, savedAt: null }) as unknown as Situation;

const unsent = () => [...disk.kept.values()].map((row) => row.unsent);

test("what is typed while a slow disk opens is called kept only when it is", async () => {
  const round = await begins();
  room.cut();
  round.text.insert(0, "words nobody else has");
  disk.waits();
  openings[0]!();
  await wait(20);
  assert.ok(!describe(situation(round)).words.startsWith("Kept"), describe(situation(round)).words);
  assert.ok(wouldLose(situation(round)));
  await disk.answers();
  await wait(20);
  assert.ok(describe(situation(round)).words.startsWith("Kept"), describe(situation(round)).words);
  assert.deepEqual(unsent(), [1]);
  round.close();
});

test("what a full disk refuses is never called kept", async () => {
  const round = await begins();
  room.cut();
  round.text.insert(0, "words nobody else has");
  disk.full = true;
  openings[0]!();
  await wait(50);
  assert.ok(!describe(situation(round)).words.startsWith("Kept"), describe(situation(round)).words);
  assert.ok(wouldLose(situation(round)));
  round.close();
});

for (const mayWrite of [true, false]) {
  test(`a copy that opens late ${mayWrite ? "is sent" : "of somebody who may only read now is set aside, and stays unsent"}`, async () => {
    const mine = new Y.Doc();
    mine.getText("content").insert(0, "written yesterday");
    disk.kept.set(1, { update: Y.encodeStateAsUpdate(mine), unsent: 2 });
    room.mayWrite = mayWrite;
    text(room.doc).insert(0, "theirs. ");
    const round = await begins(mayWrite);
    openings[0]!();
    await wait(400);
    assert.equal(text(room.doc).toString().includes("written yesterday"), mayWrite);
    assert.equal(ended, mayWrite ? null : "no_right");
    assert.equal(unsent().reduce((sum, n) => sum + n, 0), mayWrite ? 0 : 2);
    round.close();
  });
}
