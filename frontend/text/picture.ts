/** Pictures that are kept with an event: recognising one, putting one in. Pure: state in, transaction out. */
import type { EditorState, TransactionSpec } from "@codemirror/state";
import type { SyntaxNode } from "@lezer/common";

const ADDRESS = /^(\/e\/[a-z0-9-]{1,40}\/-\/images\/[0-9a-f]{64}\.(?:png|jpeg|webp))(?:#([1-9]\d{0,3})x([1-9]\d{0,3}))?$/;

export interface Picture {
  source: string;
  words: string;
  /** pixels; null where the text does not say */
  size: { width: number; height: number } | null;
}

/** The picture that an image in the text shows; null for one from elsewhere, which is never fetched. */
export function pictureOf(state: EditorState, image: SyntaxNode): Picture | null {
  const url = image.getChild("URL");
  const found = url && ADDRESS.exec(state.sliceDoc(url.from, url.to));
  const [open, close] = image.getChildren("LinkMark");
  if (!found || !open || !close) return null;
  const words = state.sliceDoc(open.to, close.from).replace(/\\([!-/:-@[-`{-~])/g, "$1").replace(/\s+/g, " ").trim();
  return { source: found[1]!, words, size: found[2] ? { width: Number(found[2]), height: Number(found[3]) } : null };
}

/** Put `![words](address)` in at the cursor; at the end of a line as a paragraph of its own, below which writing goes on. */
export function putPicture(state: EditorState, words: string, address: string): TransactionSpec {
  const at = state.selection.main.to;
  const line = state.doc.lineAt(at);
  const next = line.number < state.doc.lines ? state.doc.line(line.number + 1).text : "";
  const alone = at === line.to;
  const shown = words.trim().replace(/\s+/g, " ").replace(/[\\[\]`<]/g, "\\$&");
  const insert = `${alone && line.text.trim() ? "\n\n" : ""}![${shown}](${address})${alone ? "\n\n" : ""}`;
  const rest = alone && next.trim() ? "\n" : "";
  return { changes: { from: at, insert: insert + rest }, selection: { anchor: at + insert.length }, userEvent: "input.format", scrollIntoView: true };
}
