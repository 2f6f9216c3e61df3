/** Links: finding the one at the cursor, putting one in, taking one out. Pure: state in, transaction out. */
import type { EditorState, TransactionSpec } from "@codemirror/state";
import { around } from "./inline";

export interface FoundLink {
  from: number;
  to: number;
  words: string;
  address: string;
}

/** The link at the selection; or the selected words (or the word at the cursor), with an empty address. */
export function linkAt(state: EditorState): FoundLink {
  const range = state.selection.main;
  const node = around(state, range, "Link");
  const url = node?.getChild("URL");
  if (node && url) {
    const [open, close] = node.getChildren("LinkMark");
    return { from: node.from, to: node.to, words: state.sliceDoc(open!.to, close!.from), address: state.sliceDoc(url.from, url.to) };
  }
  const { from, to } = (range.empty ? state.wordAt(range.head) : null) ?? range;
  return { from, to, words: state.sliceDoc(from, to).replace(/\s*\n\s*/g, " "), address: "" };
}

/** A web or mail address made complete; null if it is not one that a link may have. */
export function webAddress(typed: string): string | null {
  const address = typed.trim();
  if (/^mailto:[^\s@]+@[^\s@]+$/i.test(address)) return address;
  if (/^[^\s@/:]+@[^\s@/:]+\.[^\s@/:]+$/.test(address)) return `mailto:${address}`;
  const whole = /^https?:\/\//i.test(address) ? address : `https://${address}`;
  if (/^[a-z][a-z0-9+.-]*:/i.test(address) && whole !== address && !/^[^/:]+:\d+(\/|$)/.test(address)) return null;
  if (/\s/.test(address) || !URL.canParse(whole) || !/[.:]|^localhost$/.test(new URL(whole).hostname)) return null;
  return whole;
}

/** Put `[words](address)` in place of what `linkAt` found. */
export function putLink(found: FoundLink, words: string, address: string): TransactionSpec {
  const shown = (words.trim() || address).replace(/\s*\n\s*/g, " ").replace(/(?<!\\)[[\]]/g, "\\$&");
  const target = address.replace(/[()]/g, (sign) => (sign === "(" ? "%28" : "%29"));
  const insert = `[${shown}](${target})`;
  const { from, to } = found;
  return { changes: { from, to, insert }, selection: { anchor: from + insert.length }, userEvent: "input.format", scrollIntoView: true };
}

/** Keep the words, drop the address. */
export function dropLink(found: FoundLink): TransactionSpec {
  const { from, to, words } = found;
  return { changes: { from, to, insert: words }, selection: { anchor: from + words.length }, userEvent: "input.format" };
}
