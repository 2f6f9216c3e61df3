/** Every shortcut in one list, with the names of this machine's keys. */
import { openDialog } from "./dialog";
import { make, part } from "./dom";
import { written } from "./shortcut";
import type { Tool } from "./tools";

const MOVES = (): [string, string][] => [
  [written("Tab"), "in a list: set the item in; in a table: next cell"],
  [written("Shift-Tab"), "in a list: set it out; in a table: previous cell"],
  ["Esc, then Tab", "leave the text, also from a list or a table"],
  ["Enter", "in a table: next row"],
  [written("Mod-Shift-v"), "paste plain words; pasting keeps headings, lists and links"],
  [`${written("Mod-x").slice(0, -1)}click`, "open a link"],
];

function rows(list: [string, string][]): HTMLElement {
  return make("dl", { class: "keys" }, ...list.flatMap(([key, words]) => [make("dt", {}, make("kbd", {}, key)), make("dd", {}, words)]));
}

export function showKeys(tools: readonly Tool[]): void {
  const bound = tools.flatMap(({ key, words, label }): [string, string][] => (key ? [[written(key), label ?? words]] : []));
  openDialog("Keys", [
    make("p", {}, "This list opens with ? outside the text, and with ", make("kbd", {}, "F1"), " or ", make("kbd", {}, written("Mod-/")), " anywhere."),
    make("h3", {}, "Tools"),
    rows(bound),
    make("h3", {}, "Moving"),
    rows(MOVES()),
    make("h3", {}, "Typed as Markdown"),
    part<HTMLTemplateElement>("live-typed").content.cloneNode(true),
  ]);
}
