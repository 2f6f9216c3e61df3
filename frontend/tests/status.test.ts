import assert from "node:assert/strict";
import { test } from "node:test";
import type { Standing } from "../network/standing";
import { describe, type Situation, wouldLose } from "../page/status";

const LIVE: Standing = { phase: "live", again: false, mayWrite: true, unconfirmed: 0, saved: true, trouble: null };
const REST: Omit<Situation, "standing"> = { shows: "live", copyOf: null, kept: true, restarted: false, ended: null, savedAt: null, suggesting: null };

const situation = (standing: Partial<Standing>, rest: Partial<typeof REST> = {}): Situation => ({
  standing: { ...LIVE, ...standing },
  ...REST,
  ...rest,
});
const words = (standing: Partial<Standing>, rest?: Partial<typeof REST>) => describe(situation(standing, rest)).words;

const AWAY = { phase: "connecting", again: true, saved: false } as const;

const SENTENCES: [string, Partial<Standing>, Partial<typeof REST>][] = [
  ["Saved", {}, {}],
  ["Saved at 15:40", {}, { savedAt: "15:40" }],
  ["Saving …", { saved: false, unconfirmed: 1 }, {}],
  ["Saving …", { saved: false }, { restarted: true }],
  ["Kept on this device: 1 change not yet sent.", { ...AWAY, unconfirmed: 1 }, {}],
  ["Kept on this device: 12 changes not yet sent.", { ...AWAY, unconfirmed: 12 }, {}],
  ["Kept on this device: 3 changes not yet sent. No connection: this is the copy of 14:05.", { ...AWAY, unconfirmed: 3 }, { shows: "copy", copyOf: "14:05" }],
  ["Kept on this device: 2 changes not yet sent. Too much at once.", { saved: false, unconfirmed: 2, trouble: "Too much at once." }, {}],
  ["Keeping 2 changes on this device …", { ...AWAY, unconfirmed: 2 }, { kept: null }],
  ["Only in this tab: 2 changes not yet sent. Keep it open.", { ...AWAY, unconfirmed: 2 }, { kept: false }],
  ["No connection. This is the copy of 14:05, kept on this device.", AWAY, { shows: "copy", copyOf: "14:05" }],
  ["No connection. This is an earlier copy, kept on this device.", { ...AWAY, mayWrite: false }, { shows: "copy" }],
  ["No connection. What you write is kept on this device until it returns.", AWAY, {}],
  ["No connection. What you write stays in this tab until it returns.", AWAY, { kept: false }],
  ["No connection. Trying again …", { ...AWAY, mayWrite: false }, {}],
  ["No connection. Trying again …", AWAY, { shows: "page", kept: false }],
  ["The server is busy. Trying again …", { ...AWAY, trouble: "The server is busy." }, {}],
  ["Connecting …", { phase: "connecting", saved: false }, { shows: "page" }],
  ["Connecting …", { phase: "syncing", saved: false }, {}],
  ["Checking whether this text is up to date …", { phase: "syncing", again: true, saved: false, unconfirmed: 2 }, {}],
  ["You may read, not write.", { mayWrite: false }, {}],
  ["Saved. This draft was restarted; your text is kept below as a proposal.", {}, { restarted: true }],
  ["This draft was restarted; your text is kept below as a proposal.", { mayWrite: false }, { restarted: true }],
  ["You are signed out.", { phase: "ended", saved: false }, { ended: "You are signed out." }],
];

for (const [sentence, standing, rest] of SENTENCES)
  test(`it says: ${sentence}`, () => assert.equal(words(standing, rest), sentence));

/** Every situation there can be. */
function* situations(): Generator<Situation> {
  for (const phase of ["connecting", "syncing", "live", "ended"] as const)
    for (const unconfirmed of [0, 1, 3])
      for (const again of [true, false])
        for (const mayWrite of [true, false])
          for (const trouble of [null, "Too much at once."])
            for (const shows of ["page", "copy", "live"] as const)
              for (const kept of [true, false, null])
                for (const restarted of [true, false])
                  for (const saved of [true, false])
                    for (const ended of phase === "ended" ? ["It is over."] : [null])
                      for (const suggesting of [null, { changes: 0, kept: true }, { changes: 2, kept: true }, { changes: 1, kept: false }, { changes: 1, kept: null }]) {
                      // what the connection promises of itself: see standing()
                      if (saved && (phase !== "live" || unconfirmed > 0)) continue;
                      yield { standing: { phase, again, mayWrite, unconfirmed, saved, trouble }, shows, copyOf: "14:05", kept, restarted, ended, savedAt: null, suggesting };
                    }
}

test("each sentence is said only where it is true", () => {
  let seen = 0;
  for (const now of situations()) {
    const { standing } = now;
    const said = describe(now).words;
    const shown = JSON.stringify(now);
    seen += 1;
    if (now.suggesting && !standing.unconfirmed) assert.ok(!/^(Saved|You may)/.test(said), shown);
    if (/not sent yet/.test(said)) assert.ok(now.suggesting!.changes > 0, shown);
    if (/^Saved/.test(said)) assert.ok(standing.saved && standing.phase === "live" && standing.unconfirmed === 0, shown);
    if (/^Saving/.test(said)) assert.ok(standing.phase === "live" && standing.mayWrite && !standing.saved, shown);
    if (/^Suggesting.* kept on this device/.test(said)) assert.ok(now.suggesting!.kept !== false, shown);
    else if (/ept on this device/.test(said)) assert.ok(now.kept !== false || now.shows === "copy", shown);
    if (/^Kept on this device: \d/.test(said)) assert.ok(now.kept && standing.unconfirmed > 0, shown);
    if (/^Only in this tab/.test(said)) assert.ok(now.kept === false && standing.unconfirmed > 0, shown);
    if (/You may read/.test(said)) assert.ok(!standing.mayWrite && standing.phase === "live", shown);
    if (/restarted/.test(said)) assert.ok(now.restarted && standing.phase === "live", shown);
    if (/No connection/.test(said)) assert.equal(standing.phase, "connecting", shown);
    if (standing.phase !== "live") assert.doesNotMatch(said, /^Sav|You may/, shown);
    if (standing.unconfirmed && now.ended === null && standing.phase === "connecting") assert.match(said, now.kept === null ? /^Keeping \d/ : /not yet sent/, shown);
  }
  assert.ok(seen > 500);
});

test("leaving is questioned only when something would be lost by it", () => {
  assert.equal(wouldLose(situation({ unconfirmed: 1, saved: false }, { kept: false })), true);
  assert.equal(wouldLose(situation({ unconfirmed: 1, saved: false })), false);
  assert.equal(wouldLose(situation({}, { kept: false })), false);
});
