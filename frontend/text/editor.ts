/** The editor: one Y.Text on screen, looking like a document. */
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap, placeholder } from "@codemirror/view";
import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";
import { remoteCursors } from "./cursors";
import { marksFound } from "./finding";
import { keys } from "./keys";
import { markdown } from "./language";
import { openOnClick } from "./opening";
import { barsInCells, pasting } from "./pasting";
import { remarked } from "./remarked";
import { news } from "./since";
import { liveStyling } from "./styling";
import { suggested } from "./suggested";
import { syncWith } from "./sync";
import { tableView } from "./tableview";
import { tabs } from "./tabs";
import { theme } from "./theme";
import { undoing } from "./undoing";

export interface Setting {
  parent: HTMLElement;
  text: Y.Text;
  awareness: Awareness;
  mayWrite: boolean;
  language: string;
  /** lets CodeMirror's style element pass `style-src 'nonce-…'` */
  nonce: string;
  /** what assistive technology calls the text field */
  label: string;
  /** what says how to leave the text and where help is: an element's id */
  description: string;
  /** shown where there is no text yet */
  invitation: string;
  /** pixels at the top and at the bottom that status and tools cover */
  covered: () => { top: number; bottom: number };
  keys: Extension;
  changed: (view: EditorView) => void;
}

export interface Editor {
  view: EditorView;
  undo: Y.UndoManager;
  allowWriting(may: boolean): void;
  close(): void;
}

/** What may only be read can still be reached by keyboard, and whoever was in it stays there. */
const writable = (may: boolean): Extension => [
  EditorState.readOnly.of(!may),
  EditorView.editable.of(may),
  EditorView.contentAttributes.of({ tabindex: "0", "aria-readonly": String(!may) }),
];

function attributes({ language, label, description }: Setting): Extension {
  return EditorView.contentAttributes.of({
    spellcheck: "true",
    autocorrect: "on",
    autocapitalize: "sentences",
    lang: language,
    "aria-label": label,
    "aria-describedby": description,
  });
}

/** Put the text into `parent`. Undo takes back one's own edits only. */
export function openEditor(setting: Setting): Editor {
  const { text, awareness, parent } = setting;
  const { manager, own, extension } = undoing(text, () => view);
  const rights = new Compartment();
  const extensions: Extension = [
    // positions must mean the same here and in Y.Text, which counts \r\n as two characters
    EditorState.lineSeparator.of("\n"),
    EditorView.clipboardInputFilter.of((pasted) => pasted.replace(/\r\n?/g, "\n")),
    EditorView.cspNonce.of(setting.nonce),
    EditorView.lineWrapping,
    EditorView.scrollMargins.of(setting.covered),
    EditorView.updateListener.of((update) => {
      if (update.docChanged || update.selectionSet || update.focusChanged) setting.changed(update.view);
    }),
    setting.keys,
    extension,
    tabs,
    keymap.of(keys),
    pasting(),
    barsInCells,
    rights.of(writable(setting.mayWrite)),
    attributes(setting),
    placeholder(setting.invitation),
    markdown,
    liveStyling,
    tableView,
    marksFound,
    news,
    remarked,
    suggested,
    openOnClick,
    theme,
    syncWith(text, own),
    remoteCursors(text, awareness),
  ];
  const view: EditorView = new EditorView({ parent, state: EditorState.create({ doc: text.toString(), extensions }) });
  return {
    view,
    undo: manager,
    allowWriting: (may) => view.dispatch({ effects: rights.reconfigure(writable(may)) }),
    close() {
      view.destroy();
      manager.destroy();
    },
  };
}
