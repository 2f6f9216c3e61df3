/** What pasting does: an address on selected words makes a link, rich text becomes Markdown, and Shift pastes plain words. */
import type { EditorState, TransactionSpec } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { linkAt, putLink, webAddress } from "./link";
import { markdownFrom } from "./rich";
import { placeIn, typedBar } from "./tables";

/** more would hold the page for seconds; its plain words are taken */
const MOST_HTML = 3_000_000;

/** A whole address and nothing else. */
const addressIn = (words: string): string | null => (/^(?:https?:\/\/|mailto:|www\.)\S+$/i.test(words.trim()) ? webAddress(words) : null);

/** What goes in for plain words; null leaves it to the editor. */
export function pasted(state: EditorState, words: string): TransactionSpec | null {
  const { empty, from, to } = state.selection.main;
  const address = addressIn(words);
  const chosen = state.sliceDoc(from, to);
  if (address && !empty && chosen.trim() && !addressIn(chosen) && !chosen.includes("\n")) return putLink(linkAt(state), linkAt(state).words, address);
  return placeIn(state) && /[\n|]/.test(words) ? put(state, words) : null;
}

/** A cell is one line, and its bars are words. */
function put(state: EditorState, words: string): TransactionSpec {
  const insert = placeIn(state) ? words.trim().replace(/\s*\n\s*/g, " ").replace(/(?<!\\)\|/g, "\\|") : words;
  return { ...state.replaceSelection(insert), userEvent: "input.paste", scrollIntoView: true };
}

/** Blocks begin on a line of their own; a few words go in where the cursor is. */
function putRich(state: EditorState, markdown: string): TransactionSpec {
  const line = state.doc.lineAt(state.selection.main.from);
  const blocks = /\n|^(?:#{1,6} |- |1\. |> |\|)/.test(markdown);
  const written = state.sliceDoc(line.from, state.selection.main.from).trim();
  return put(state, blocks && written ? `\n\n${markdown}` : markdown);
}

/** What typing a bar in a table does. */
export const barsInCells = EditorView.inputHandler.of((view, from, to, words) => {
  const spec = words === "|" && from === view.state.selection.main.from && to === view.state.selection.main.to ? typedBar(view.state) : null;
  if (spec) view.dispatch(spec);
  return spec !== null;
});

export function pasting(): ReturnType<typeof EditorView.domEventHandlers> {
  let plain = false;
  return EditorView.domEventHandlers({
    keydown: (event) => void (plain = event.shiftKey),
    paste(event, view) {
      const data = event.clipboardData;
      if (!data || view.state.readOnly) return false;
      const words = data.getData("text/plain").replace(/\r\n?/g, "\n");
      const html = plain ? "" : data.getData("text/html");
      const address = pasted(view.state, words);
      const markdown = !address && html && html.length < MOST_HTML ? markdownFrom(html) : null;
      const spec = address ?? (markdown ? putRich(view.state, markdown) : null);
      if (!spec) return false;
      event.preventDefault();
      view.dispatch(spec);
      return true;
    },
  });
}
