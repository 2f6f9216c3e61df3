import assert from "node:assert/strict";
import { test } from "node:test";
import type { Standing } from "../network/standing";
import { describe, type Situation, wouldLose } from "../page/status";

const LIVE: Standing = { phase: "live", again: false, mayWrite: true, unconfirmed: 0, saved: true, trouble: null };

const situation = (standing: Partial<Standing>, rest: Partial<Situation> = {}): Situation => ({
  standing: { ...LIVE, ...standing },
  kept: true,
  ended: null,
  savedAt: null,
  ...rest,
});
const words = (standing: Partial<Standing>, rest?: Partial<Situation>) => describe(situation(standing, rest)).words;

test("saved is said only of what the server's disk has", () => {
  assert.equal(words({}), "Saved");
  assert.equal(words({}, { savedAt: "15:40" }), "Saved at 15:40");
  for (const phase of ["connecting", "syncing", "live", "ended"] as const)
    for (const trouble of [null, "Too much at once."])
      for (const kept of [true, false])
        for (const mayWrite of [true, false])
          assert.doesNotMatch(words({ phase, trouble, mayWrite, saved: false, unconfirmed: 2 }, { kept }), /^Saved/);
});

test("what is under way is being saved", () => {
  assert.equal(words({ saved: false, unconfirmed: 1 }), "Saving …");
});

test("what cannot be sent is counted, with where it is", () => {
  assert.equal(words({ phase: "connecting", again: true, saved: false, unconfirmed: 1 }), "Kept on this device: 1 change not yet sent.");
  assert.equal(words({ phase: "connecting", again: true, saved: false, unconfirmed: 12 }), "Kept on this device: 12 changes not yet sent.");
  assert.match(words({ phase: "connecting", again: true, saved: false, unconfirmed: 2 }, { kept: false }), /^Not saved yet: 2 changes, only in this tab/);
});

test("a lost line promises only what this device can keep", () => {
  assert.match(words({ phase: "connecting", again: true, saved: false }), /kept on this device/);
  assert.match(words({ phase: "connecting", again: true, saved: false }, { kept: false }), /stays in this tab/);
  assert.equal(words({ phase: "connecting", saved: false }), "Connecting …");
});

test("a refusal that will be tried again says why", () => {
  assert.match(words({ saved: false, unconfirmed: 2, trouble: "That was too much at once." }), /2 changes not yet sent\. That was too much at once\./);
  assert.match(words({ phase: "connecting", saved: false, trouble: "The server is busy." }), /^The server is busy\. Trying again/);
});

test("a reader is told so, and an end in the server's own words", () => {
  assert.equal(words({ mayWrite: false }), "You may read, not write.");
  assert.equal(words({ phase: "ended", saved: false }, { ended: "You are signed out." }), "You are signed out.");
});

test("leaving is questioned only when something would be lost by it", () => {
  assert.equal(wouldLose(situation({ unconfirmed: 1, saved: false }, { kept: false })), true);
  assert.equal(wouldLose(situation({ unconfirmed: 1, saved: false })), false);
  assert.equal(wouldLose(situation({}, { kept: false })), false);
});
