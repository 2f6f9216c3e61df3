import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { openAsides } from "../keeping/asides";
import { copyName, isCopy, noteSeen, seenAt } from "../keeping/names";
import { dropWhatIsThere, needsNewPage, setAside } from "../page/parting";

/** A browser's storage; `full` refuses everything. */
class Drawer {
  full = false;
  setItem(name: string, value: string): void {
    if (this.full) throw new DOMException("full", "QuotaExceededError");
    Object.assign(this, { [name]: value });
  }
  getItem = (name: string): string | null => (this as unknown as Record<string, string>)[name] ?? null;
  removeItem = (name: string): boolean => Reflect.deleteProperty(this, name);
}

let device: Drawer;
let tab: Drawer;
beforeEach(() => {
  [device, tab] = [new Drawer(), new Drawer()];
  Object.assign(globalThis, { localStorage: device, sessionStorage: tab });
});

const refusal = (reason: string) => ({ frame: 1, reason, message: "It was closed.", final: true });
const parting = (text: string, reason: string, kept = true) => ({ text, state: "", epoch: "e1", refusal: refusal(reason), kept, unconfirmed: 2 });

test("a copy belongs to one draft, one epoch and one person", () => {
  const names = [copyName("7", "e1", "1"), copyName("7", "e2", "1"), copyName("7", "e1", "2"), copyName("8", "e1", "1")];
  assert.equal(new Set(names).size, 4);
  assert.equal(names[0], "drafting:7:e1:1");
});

test("a text set aside is there again after the page was loaded anew, for its writer only", async () => {
  await setAside(await openAsides("7", "1", false), parting("my words", "frozen", false));
  const [again, others] = [await openAsides("7", "1", false), await openAsides("7", "2", false)];
  assert.deepEqual(again.all().map(({ text, message }) => [text, message]), [["my words", "It was closed."]]);
  assert.deepEqual(others.all(), []);
});

test("on a shared computer, and where the browser keeps nothing, it lives in the tab and not on the device", async () => {
  for (const keep of [false, true]) {
    await setAside(await openAsides("7", "1", keep), parting("my words", "frozen", false));
    assert.equal(device.getItem("drafting:aside:7:1"), null);
    assert.equal((await openAsides("7", "1", keep)).all().length, 1);
  }
});

test("a text that could not be stored is still offered, and whoever holds it knows", async () => {
  tab.full = true;
  const asides = await openAsides("7", "1", true);
  assert.equal(await setAside(asides, parting("my words", "frozen")), false);
  assert.equal(await setAside(asides, parting("my words", "frozen")), false);
  assert.equal(asides.all().length, 1);
});

test("what was put back or thrown away is gone for good", async () => {
  const asides = await openAsides("7", "1", true);
  await setAside(asides, parting("my words", "frozen"));
  await asides.remove(asides.all()[0]!.id);
  assert.deepEqual([asides.all(), (await openAsides("7", "1", true)).all()], [[], []]);
});

test("what is wholly in the fresh copy is not offered", async () => {
  const asides = await openAsides("7", "1", true);
  await setAside(asides, parting("one two", "frozen"));
  await setAside(asides, parting("one two three", "frozen"));
  dropWhatIsThere(asides, "zero one two");
  assert.deepEqual(asides.all().map(({ text }) => text), ["one two three"]);
});

test("whoever was only signed out keeps the copy; without one the text is set aside", async () => {
  const asides = await openAsides("7", "1", true);
  await setAside(asides, parting("kept", "signed_out"));
  assert.equal(asides.all().length, 0);
  await setAside(asides, parting("not kept", "csrf", false));
  assert.equal(asides.all().length, 1);
  assert.deepEqual([needsNewPage(refusal("csrf")), needsNewPage(refusal("frozen"))], [true, false]);
});

test("the time of a copy is when it was last what the server has", () => {
  assert.equal(seenAt("a"), null);
  const before = Date.now();
  noteSeen("a");
  assert.ok(seenAt("a")! >= before && seenAt("b") === null);
});

test("copies and texts that were set aside are told apart by their names", () => {
  assert.deepEqual([isCopy(copyName("7", "e1", "1")), isCopy("drafting:aside:7:1"), isCopy("another site")], [true, false, false]);
});
