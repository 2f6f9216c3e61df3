import assert from "node:assert/strict";
import { test } from "node:test";
import { markdown } from "../text/language";
import { setIn } from "../text/lists";
import { after, shown, state } from "./marked";

const inwards = (marked: string) => after(marked, (from) => setIn(from, false)!);
const outwards = (marked: string) => after(marked, (from) => setIn(from, true)!);

test("an item is set in under the one above, and out again", () => {
  assert.equal(inwards("- one\n- tw|o"), "- one\n  - tw|o");
  assert.equal(outwards("- one\n  - tw|o"), "- one\n- tw|o");
  assert.equal(inwards("1. one\n2. tw|o"), "1. one\n   1. tw|o");
});

test("what stands under an item moves with it", () => {
  assert.equal(inwards("- one\n- tw|o\n  more\n  - three\n- four"), "- one\n  - tw|o\n    more\n    - three\n- four");
});

test("numbers stay right on both levels", () => {
  assert.equal(inwards("1. a\n2. |b\n3. c"), "1. a\n   1. |b\n2. c");
  assert.equal(outwards("1. a\n   1. |b\n2. c"), "1. a\n2. |b\n3. c");
  assert.equal(inwards("1. a\n   1. b\n2. |c\n3. d"), "1. a\n   1. b\n   2. |c\n2. d");
});

test("several items move together, and the selection stays on their words", () => {
  assert.equal(inwards("- one\n- ‹two\n- three›"), "- one\n  - ‹two\n  - three›");
});

test("an item that has nowhere to go stays, and Tab is still the list's", () => {
  assert.equal(inwards("- on|e\n- two"), "- on|e\n- two");
  assert.equal(outwards("- on|e"), "- on|e");
  assert.equal(inwards("- one\n  - tw|o"), "- one\n  - tw|o");
});

test("a list that begins with five keeps its five", () => {
  assert.equal(inwards("5. a\n6. |b"), "5. a\n   1. |b");
});

test("outside of lists Tab is not ours", () => {
  assert.equal(setIn(state("one tw|o"), false), null);
  assert.equal(setIn(state("- one\n\npar|agraph"), false), null);
});

test("a list goes on with Enter, and ends with Enter on an empty item", () => {
  const press = (marked: string): string => {
    let now = state(marked);
    const [, keys] = markdown as unknown as [unknown, { inner: { value: { key: string; run: (target: unknown) => boolean }[] } }];
    keys.inner.value.find(({ key }) => key === "Enter")!.run({ state: now, dispatch: (next: { state: typeof now }) => void (now = next.state) });
    return shown(now);
  };
  assert.equal(press("- one|"), "- one\n- |");
  assert.equal(press("- one\n- |"), "- one\n|");
  assert.equal(press("1. one\n2. two|\n3. three"), "1. one\n2. two\n3. |\n4. three");
  assert.equal(press("- [x] mugs|"), "- [x] mugs\n- [ ] |");
});
