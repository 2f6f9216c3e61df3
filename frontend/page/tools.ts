/** What the toolbar offers: words, keys, what each does, and when its button is pressed. */
import type { Extension } from "@codemirror/state";
import { type Command, type EditorView, type KeyBinding, keymap } from "@codemirror/view";
import type * as Y from "yjs";
import { around, type Emphasis, emphasised, toggleEmphasis } from "../text/inline";
import { type LineStyle, lineStyleAt, toggleLines } from "../text/lines";
import { askForLink } from "./linkdialog";
import { askForPicture } from "./picturedialog";

export interface Tool {
  words: string;
  /** what assistive technology says, where the words alone say too little */
  label?: string | undefined;
  style?: string;
  /** CodeMirror's notation */
  key?: string;
  run(view: EditorView, undo: Y.UndoManager): void;
  pressed?(view: EditorView): boolean;
  enabled?(undo: Y.UndoManager): boolean;
}

const emphasis = (words: string, name: Emphasis, key: string): Tool => ({
  words,
  key,
  style: name === "Emphasis" ? "italic" : "bold",
  run: (view) => view.dispatch(toggleEmphasis(view.state, name)),
  pressed: (view) => emphasised(view.state, view.state.selection.main, name),
});

const lines = (words: string, style: LineStyle, label?: string): Tool => ({
  words,
  label,
  run: (view) => view.dispatch(toggleLines(view.state, style)),
  pressed: (view) => lineStyleAt(view.state, style),
});

/** In groups that belong together. */
export const TOOLS: Tool[][] = [
  [lines("Heading", "heading"), lines("Subheading", "subheading")],
  [emphasis("Bold", "StrongEmphasis", "Mod-b"), emphasis("Italic", "Emphasis", "Mod-i")],
  [lines("List", "list"), lines("Numbered", "numbered", "Numbered list"), lines("Quote", "quote")],
  [
    { words: "Link", key: "Mod-k", run: (view) => askForLink(view), pressed: (view) => around(view.state, view.state.selection.main, "Link") !== null },
    { words: "Picture", run: (view) => askForPicture(view) },
  ],
  [
    { words: "Undo", run: (_view, undo) => void undo.undo(), enabled: (undo) => undo.canUndo() },
    { words: "Redo", run: (_view, undo) => void undo.redo(), enabled: (undo) => undo.canRedo() },
  ],
];

/** A tool is one step of its own for undo, whatever was typed before and after it. */
export function use(tool: Tool, view: EditorView, undo: Y.UndoManager): void {
  if (view.state.readOnly) return;
  undo.stopCapturing();
  tool.run(view, undo);
  undo.stopCapturing();
}

export function keysOf(undo: () => Y.UndoManager): Extension {
  const bound = TOOLS.flat().filter((tool) => tool.key);
  const run = (tool: Tool): Command => (view) => {
    use(tool, view, undo());
    return true;
  };
  return keymap.of(bound.map((tool): KeyBinding => ({ key: tool.key!, run: run(tool), preventDefault: true })));
}
