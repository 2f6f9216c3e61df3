/** Undo and redo of one's own edits only; what others wrote meanwhile stays. */
import { EditorSelection, type EditorState, type Extension, type SelectionRange } from "@codemirror/state";
import { type Command, EditorView, keymap } from "@codemirror/view";
import * as Y from "yjs";
import type { OwnEdits } from "./sync";

interface Place {
  anchor: Y.RelativePosition;
  head: Y.RelativePosition;
}

interface StackEvent {
  stackItem: { meta: Map<unknown, unknown> };
}

export interface Undoing {
  manager: Y.UndoManager;
  own: OwnEdits;
  extension: Extension;
}

function placeOf(text: Y.Text, { anchor, head }: SelectionRange): Place {
  const at = (index: number) => Y.createRelativePositionFromTypeIndex(text, index);
  return { anchor: at(anchor), head: at(head) };
}

function rangeOf(text: Y.Text, { anchor, head }: Place, length: number): SelectionRange {
  const at = (place: Y.RelativePosition) => Math.min(Y.createAbsolutePositionFromRelativePosition(place, text.doc!)?.index ?? 0, length);
  return EditorSelection.range(at(anchor), at(head));
}

/** The cursor goes back to where it was before what is undone. */
export function undoing(text: Y.Text, view: () => EditorView): Undoing {
  let before: Place | null = null;
  const remember = (state: EditorState) => void (before = placeOf(text, state.selection.main));
  const own: OwnEdits = { before: (update) => remember(update.startState) };
  const manager = new Y.UndoManager(text, { trackedOrigins: new Set([own]) });
  manager.on("stack-item-added", ({ stackItem }: StackEvent) => void stackItem.meta.set(own, before));
  manager.on("stack-item-popped", ({ stackItem }: StackEvent) => {
    const place = stackItem.meta.get(own) as Place | null | undefined;
    if (place) view().dispatch({ selection: rangeOf(text, place, view().state.doc.length), scrollIntoView: true });
  });
  const step = (act: () => unknown): Command => ({ state }) => {
    remember(state);
    if (!state.readOnly) act();
    return true;
  };
  const [undo, redo] = [step(() => manager.undo()), step(() => manager.redo())];
  const extension = [
    keymap.of([
      { key: "Mod-z", run: undo, shift: redo, preventDefault: true },
      { key: "Mod-y", run: redo, preventDefault: true },
    ]),
    EditorView.domEventHandlers({
      // a shaken phone and the browser's menu ask this way
      beforeinput: (event, current) =>
        event.inputType === "historyUndo" ? undo(current) : event.inputType === "historyRedo" ? redo(current) : false,
    }),
  ];
  return { manager, own, extension };
}
