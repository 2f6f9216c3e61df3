/** Everything on the page that belongs to one life of the document: editor, toolbar, people, number of words. */
import type { EditorView } from "@codemirror/view";
import { type Editor, openEditor } from "../text/editor";
import { guest } from "../text/guests";
import { part } from "./dom";
import { offerMarks } from "./marksbutton";
import { showPeople } from "./people";
import { takesPictures } from "./picturedialog";
import type { Round } from "./round";
import type { Settings } from "./settings";
import { openToolbar, type Toolbar } from "./toolbar";
import { keysOf } from "./tools";
import { showWordCount } from "./wordcount";

export interface Desk {
  view(): EditorView | null;
  /** Put this life of the document on screen, in place of an earlier one or of what the server rendered. */
  lay(round: Round, mayWrite: boolean): void;
  allowWriting(may: boolean): void;
}

export function openDesk(settings: Settings): Desk {
  const top = part("live-top");
  const parent = part("live-text");
  let editor: Editor | null = null;
  let toolbar: Toolbar | null = null;
  let clear = () => {};

  const refresh = (view: EditorView) => {
    if (editor) toolbar?.refresh(view, editor.undo);
  };

  return {
    view: () => editor?.view ?? null,
    lay(round, mayWrite) {
      clear();
      parent.replaceChildren();
      editor = openEditor({
        parent,
        mayWrite,
        text: round.text,
        awareness: round.awareness,
        language: settings.lang,
        nonce: settings.nonce,
        label: document.querySelector("h1")?.textContent?.trim() ?? "Live text",
        covered: () => Math.max(0, top.getBoundingClientRect().bottom),
        keys: [keysOf(() => editor!.undo), takesPictures],
        changed: refresh,
      });
      toolbar ??= openToolbar(() => editor!.view, () => editor!.undo);
      refresh(editor.view);
      offerMarks(editor.view);
      const me = () => {
        const { id, name, colour } = round.person();
        return guest(String(id), name, colour);
      };
      const stops = [showPeople(round.awareness, me), showWordCount(round.text, settings.lang), editor.close];
      clear = () => stops.forEach((stop) => stop());
    },
    allowWriting(may) {
      if (!editor || editor.view.state.readOnly === !may) return;
      editor.allowWriting(may);
      refresh(editor.view);
    },
  };
}
