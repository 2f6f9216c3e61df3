import assert from "node:assert/strict";
import { test } from "node:test";
import { newSince, type Shelf, visit, VISITS, visits } from "../reading/visits";

const HOUR = 60 * 60 * 1000;
const LAMPS = "/e/river/lamps";

function shelf(kept: string | null = null): Shelf {
  let held = kept;
  return { getItem: () => held, setItem: (_, value) => void (held = value) };
}

test("the first visit knows of nothing before", () => {
  assert.equal(visit(shelf(), LAMPS, 3, HOUR), null);
});

test("a later visit knows what the one before had seen", () => {
  const here = shelf();
  visit(here, LAMPS, 3, HOUR);
  assert.equal(newSince(here, LAMPS, 5), 2);
  assert.deepEqual(visit(here, LAMPS, 5, 3 * HOUR), { number: 5, at: 3 * HOUR, before: 3, beforeAt: HOUR });
  assert.equal(newSince(here, LAMPS, 5), 0);
});

test("openings within half an hour are one visit, unless something new came", () => {
  const here = shelf();
  visit(here, LAMPS, 3, HOUR);
  visit(here, LAMPS, 5, 3 * HOUR);
  assert.equal(visit(here, LAMPS, 5, 3 * HOUR + 60_000)?.before, 3);
  assert.equal(visit(here, LAMPS, 6, 3 * HOUR + 120_000)?.before, 5);
  assert.equal(visit(here, LAMPS, 6, 3 * HOUR + 180_000)?.before, 5);
  assert.equal(visit(here, LAMPS, 6, 4 * HOUR)?.before, 6);
});

test("an older version that is read takes nothing back", () => {
  const here = shelf();
  visit(here, LAMPS, 5, HOUR);
  visit(here, LAMPS, 2, 2 * HOUR);
  assert.equal(newSince(here, LAMPS, 5), 0);
});

test("what was not visited for longest is forgotten first", () => {
  const here = shelf();
  for (let n = 0; n < 400; n++) visit(here, `/e/river/t${n}`, 1, n);
  const kept = Object.keys(visits(here));
  assert.equal(kept.length, 300);
  assert.ok(kept.includes("/e/river/t399") && !kept.includes("/e/river/t99"));
});

for (const junk of ["", "null", "[]", "7", "{", '{"/e/river/lamps": 7}', '{"/e/river/lamps": {"number": "x"}}'])
  test(`what else may be kept there does no harm: ${junk}`, () => {
    const here = shelf(junk);
    assert.equal(newSince(here, LAMPS, 5), 0);
    assert.equal(visit(here, LAMPS, 3, HOUR), null);
    assert.equal(JSON.parse(here.getItem(VISITS)!)[LAMPS].number, 3);
  });

test("where nothing can be kept nothing is remembered", () => {
  const off: Shelf = {
    getItem: () => {
      throw new Error("switched off");
    },
    setItem: () => {
      throw new Error("switched off");
    },
  };
  assert.equal(visit(off, LAMPS, 3, HOUR), null);
  assert.equal(newSince(off, LAMPS, 3), 0);
});
