/** The number of words, of the text or of what is selected, brought up to date when the typing pauses. */
import type { EditorView } from "@codemirror/view";
import { countWords, wordsInWords } from "../text/words";
import { part } from "./dom";

const PAUSE_MS = 600;

/** Returns what to call after each change of the text or of the selection. */
export function showWordCount(view: () => EditorView, language: string): () => void {
  const place = part("live-words");
  let timer: ReturnType<typeof setTimeout> | undefined;
  let counted: unknown = null;
  let whole = 0;
  const count = () => {
    const { doc, selection } = view().state;
    if (doc !== counted) whole = countWords(doc.toString(), language);
    counted = doc;
    const { from, to, empty } = selection.main;
    const all = wordsInWords(whole, language);
    place.textContent = empty ? all : `${countWords(doc.sliceString(from, to), language).toLocaleString(language)} of ${all} selected`;
  };
  return () => {
    clearTimeout(timer);
    timer = setTimeout(count, counted ? PAUSE_MS : 0);
  };
}
