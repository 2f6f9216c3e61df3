/** The headings of a text, for jumping to them. */
import { ensureSyntaxTree, syntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";

export interface Heading {
  /** 1 to 6 */
  level: number;
  words: string;
  /** where its line begins */
  from: number;
}

const PARSE_MS = 50;

function wordsOf(line: string): string {
  const bare = line.replace(/^\s*#{1,6}\s*|\s+#+\s*$/g, "").replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1");
  return bare.replace(/\\(?=[\p{P}\p{S}])|\*+|~~|`/gu, "").trim();
}

/** Headings in their order. One without words is called so. */
export function headingsOf(state: EditorState): Heading[] {
  const tree = ensureSyntaxTree(state, state.doc.length, PARSE_MS) ?? syntaxTree(state);
  const out: Heading[] = [];
  for (let node = tree.topNode.firstChild; node; node = node.nextSibling) {
    const level = /^(?:ATX|Setext)Heading(\d)$/.exec(node.name)?.[1];
    if (level) out.push({ level: Number(level), words: wordsOf(state.doc.lineAt(node.from).text) || "(no words yet)", from: node.from });
  }
  return out;
}

/** Index of the heading that `position` stands under; -1 before the first. */
export const headingAt = (headings: readonly Heading[], position: number): number => headings.filter(({ from }) => from <= position).length - 1;
