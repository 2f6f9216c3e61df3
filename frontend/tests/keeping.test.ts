import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { openAsides } from "../keeping/asides";
import { copyName, noteUnsent, unsentAnywhere, unsentIn } from "../keeping/names";
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
const parting = (text: string, reason: string, kept = true) => ({ text, refusal: refusal(reason), kept, unconfirmed: 2 });

test("a copy belongs to one draft, one epoch and one person", () => {
  const names = [copyName("7", "e1", "1"), copyName("7", "e2", "1"), copyName("7", "e1", "2"), copyName("8", "e1", "1")];
  assert.equal(new Set(names).size, 4);
  assert.equal(names[0], "drafting:7:e1:1");
});

test("a text set aside is there again after the page was loaded anew, for its writer only", () => {
  setAside(openAsides("7", "1", true), parting("my words", "frozen"));
  assert.deepEqual(openAsides("7", "1", true).all().map(({ text, message }) => [text, message]), [["my words", "It was closed."]]);
  assert.deepEqual(openAsides("7", "2", true).all(), []);
});

test("on a shared computer it lives in the tab and not on the device", () => {
  setAside(openAsides("7", "1", false), parting("my words", "frozen", false));
  assert.equal(device.getItem("drafting:aside:7:1"), null);
  assert.equal(openAsides("7", "1", false).all().length, 1);
});

test("a text that could not be stored is still offered, and whoever holds it knows", () => {
  device.full = true;
  const asides = openAsides("7", "1", true);
  assert.equal(setAside(asides, parting("my words", "frozen")), false);
  assert.equal(asides.all().length, 1);
});

test("what is wholly in the fresh copy is not offered", () => {
  const asides = openAsides("7", "1", true);
  setAside(asides, parting("one two", "frozen"));
  setAside(asides, parting("one two three", "frozen"));
  dropWhatIsThere(asides, "zero one two");
  assert.deepEqual(asides.all().map(({ text }) => text), ["one two three"]);
});

test("whoever was only signed out keeps the copy; without one the text is set aside", () => {
  const asides = openAsides("7", "1", true);
  setAside(asides, parting("kept", "signed_out"));
  assert.equal(asides.all().length, 0);
  setAside(asides, parting("not kept", "csrf", false));
  assert.equal(asides.all().length, 1);
  assert.deepEqual([needsNewPage(refusal("csrf")), needsNewPage(refusal("frozen"))], [true, false]);
});

test("unsent changes are remembered per copy and known altogether", () => {
  noteUnsent("a", 2);
  noteUnsent("b", 3);
  assert.deepEqual([unsentIn("a"), unsentAnywhere()], [2, 5]);
  noteUnsent("a", 0);
  assert.deepEqual([unsentIn("a"), unsentAnywhere()], [0, 3]);
});
