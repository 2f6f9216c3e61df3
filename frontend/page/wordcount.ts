/** The number of words, brought up to date when the typing pauses. */
import type * as Y from "yjs";
import { countWords, wordsInWords } from "../text/words";
import { part } from "./dom";

const PAUSE_MS = 800;

export function showWordCount(text: Y.Text, language: string): () => void {
  const place = part("live-words");
  let timer: ReturnType<typeof setTimeout> | undefined;
  const count = () => void (place.textContent = wordsInWords(countWords(text.toString(), language), language));
  const onChange = () => {
    clearTimeout(timer);
    timer = setTimeout(count, PAUSE_MS);
  };
  count();
  text.observe(onChange);
  return () => {
    clearTimeout(timer);
    text.unobserve(onChange);
  };
}
