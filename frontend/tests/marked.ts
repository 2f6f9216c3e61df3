/** Editor states written as text: `|` is the cursor, `‹` and `›` are the ends of a selection. */
import { ensureSyntaxTree } from "@codemirror/language";
import { EditorSelection, EditorState, type TransactionSpec } from "@codemirror/state";
import { markdownLanguage } from "../text/language";
import { marksShown } from "../text/marks";

export function state(marked: string): EditorState {
  const open = marked.indexOf("‹");
  const cursor = marked.indexOf("|");
  const anchor = Math.max(0, open >= 0 ? open : cursor);
  const head = open >= 0 ? marked.indexOf("›") - 1 : anchor;
  return parsed(marked.replace(/[|‹›]/g, ""), EditorSelection.single(anchor, head));
}

/** The state of a text that is taken as it is. */
export function parsed(doc: string, selection = EditorSelection.single(0)): EditorState {
  const made = EditorState.create({ doc, selection, extensions: [markdownLanguage, marksShown] });
  ensureSyntaxTree(made, doc.length, 1000);
  return made;
}

export function shown(made: EditorState): string {
  const { from, to, empty } = made.selection.main;
  const doc = made.doc.toString();
  return empty ? `${doc.slice(0, from)}|${doc.slice(from)}` : `${doc.slice(0, from)}‹${doc.slice(from, to)}›${doc.slice(to)}`;
}

export function after(marked: string, change: (from: EditorState) => TransactionSpec): string {
  const from = state(marked);
  return shown(from.update(change(from)).state);
}
