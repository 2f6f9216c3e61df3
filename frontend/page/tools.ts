/** What the page offers: words, keys, what each does, when it is pressed. Tools that change the text are here; desk.ts adds those that look at it. */
import type { Extension } from "@codemirror/state";
import { type Command, type EditorView, type KeyBinding, keymap } from "@codemirror/view";
import type * as Y from "yjs";
import { around, type Emphasis, emphasised, toggleEmphasis } from "../text/inline";
import { type LineStyle, lineStyleAt, toggleLines } from "../text/lines";
import { addColumn, addRow, type Place, placeIn, removeColumn, removeRow } from "../text/tables";
import { askForLink } from "./linkdialog";
import { askForPicture } from "./picturedialog";
import { askForTable } from "./tabledialog";

export interface Tool {
  words: string;
  /** what assistive technology says, where the words alone say too little */
  label?: string | undefined;
  style?: string;
  /** CodeMirror's notation */
  key?: string | undefined;
  run(view: EditorView, undo: Y.UndoManager): void;
  pressed?(view: EditorView): boolean;
  enabled?(undo: Y.UndoManager): boolean;
  /** in a menu: whether it is offered at this cursor */
  offered?(view: EditorView): boolean;
  /** changes nothing, so readers have it too */
  reads?: true;
}

const emphasis = (words: string, name: Emphasis, key: string): Tool => ({
  words,
  key,
  style: name === "Emphasis" ? "italic" : "bold",
  run: (view) => view.dispatch(toggleEmphasis(view.state, name)),
  pressed: (view) => emphasised(view.state, view.state.selection.main, name),
});

const lines = (words: string, style: LineStyle, key?: string, label?: string): Tool => ({
  words,
  label,
  key,
  run: (view) => view.dispatch(toggleLines(view.state, style)),
  pressed: (view) => lineStyleAt(view.state, style),
});

const inTable = (words: string, act: (view: EditorView, place: Place) => Parameters<EditorView["dispatch"]>[0] | null): Tool => ({
  words,
  offered: (view) => placeIn(view.state) !== null,
  run(view) {
    const place = placeIn(view.state);
    const spec = place && act(view, place);
    if (spec) view.dispatch(spec as object);
    view.focus();
  },
});

/** On the bar, in groups that belong together. */
export const ON_BAR: Tool[][] = [
  [lines("Heading", "heading"), lines("Subheading", "subheading")],
  [emphasis("Bold", "StrongEmphasis", "Mod-b"), emphasis("Italic", "Emphasis", "Mod-i")],
  [lines("List", "list", "Mod-Shift-8"), lines("Numbered", "numbered", "Mod-Shift-7", "Numbered list")],
  [
    { words: "Link", key: "Mod-k", run: (view) => askForLink(view), pressed: (view) => around(view.state, view.state.selection.main, "Link") !== null },
    { words: "Picture", run: (view) => askForPicture(view) },
    { words: "Table", run: askForTable, pressed: (view) => placeIn(view.state) !== null },
  ],
  [
    { words: "Undo", key: "Mod-z", run: (_view, undo) => void undo.undo(), enabled: (undo) => undo.canUndo() },
    { words: "Redo", key: "Mod-Shift-z", run: (_view, undo) => void undo.redo(), enabled: (undo) => undo.canRedo() },
  ],
];

/** In the menu. */
export const IN_MENU: Tool[][] = [
  [lines("Quote", "quote", "Mod-Shift-9")],
  [
    inTable("Add a row below", (_view, place) => addRow(place)),
    inTable("Add a column to the right", (view, place) => addColumn(view.state, place)),
    inTable("Remove this row", (view, place) => removeRow(view.state, place)),
    inTable("Remove this column", (_view, place) => removeColumn(place)),
  ],
];

/** A tool that writes is one step of its own for undo, whatever was typed before and after it. */
export function use(tool: Tool, view: EditorView, undo: Y.UndoManager): void {
  if (tool.reads) return tool.run(view, undo);
  if (view.state.readOnly) return;
  undo.stopCapturing();
  tool.run(view, undo);
  undo.stopCapturing();
}

/** The keys of tools that write; undo brings its own. */
export function keysOf(undo: () => Y.UndoManager): Extension {
  const bound = [...ON_BAR, ...IN_MENU].flat().filter(({ key, enabled }) => key && !enabled);
  const run = (tool: Tool): Command => (view) => {
    use(tool, view, undo());
    return true;
  };
  return keymap.of(bound.map((tool): KeyBinding => ({ key: tool.key!, run: run(tool), preventDefault: true })));
}
