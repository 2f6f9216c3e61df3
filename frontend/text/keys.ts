/** Keys that move, select and delete. What is not here the browser does by itself; Tab is not here, so it leaves the editor. */
import * as commands from "@codemirror/commands";
import type { Command, KeyBinding } from "@codemirror/view";

const move = (key: string, run: Command, shift: Command, mac?: string): KeyBinding => ({ key, run, shift, preventDefault: true, ...(mac && { mac }) });

/** CodeMirror's standard keys without those of Emacs, which are a tenth of its commands. */
export const keys: readonly KeyBinding[] = [
  move("ArrowLeft", commands.cursorCharLeft, commands.selectCharLeft),
  move("ArrowRight", commands.cursorCharRight, commands.selectCharRight),
  move("Mod-ArrowLeft", commands.cursorGroupLeft, commands.selectGroupLeft, "Alt-ArrowLeft"),
  move("Mod-ArrowRight", commands.cursorGroupRight, commands.selectGroupRight, "Alt-ArrowRight"),
  move("ArrowUp", commands.cursorLineUp, commands.selectLineUp),
  move("ArrowDown", commands.cursorLineDown, commands.selectLineDown),
  move("Home", commands.cursorLineBoundaryBackward, commands.selectLineBoundaryBackward, "Mod-ArrowLeft"),
  move("End", commands.cursorLineBoundaryForward, commands.selectLineBoundaryForward, "Mod-ArrowRight"),
  move("PageUp", commands.cursorPageUp, commands.selectPageUp),
  move("PageDown", commands.cursorPageDown, commands.selectPageDown),
  move("Mod-Home", commands.cursorDocStart, commands.selectDocStart, "Mod-ArrowUp"),
  move("Mod-End", commands.cursorDocEnd, commands.selectDocEnd, "Mod-ArrowDown"),
  { key: "Enter", run: commands.insertNewline, shift: commands.insertNewline },
  { key: "Mod-a", run: commands.selectAll },
  { key: "Backspace", run: commands.deleteCharBackward, shift: commands.deleteCharBackward },
  { key: "Delete", run: commands.deleteCharForward },
  { key: "Mod-Backspace", mac: "Alt-Backspace", run: commands.deleteGroupBackward },
  { key: "Mod-Delete", mac: "Alt-Delete", run: commands.deleteGroupForward },
];
