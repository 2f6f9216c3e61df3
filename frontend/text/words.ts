/** How many words a text has, by the rules of its language where the browser knows them. */

const MARKUP = /^[ \t]*(?:#{1,6}|>|[-*+]|\d+[.)])(?=\s)|\]\([^)\s]*\)|^[ \t]*\|?[-:| ]+\|?[ \t]*$/gm;

export function countWords(text: string, language: string): number {
  const prose = text.replace(MARKUP, " ");
  if (typeof Intl.Segmenter !== "function") return prose.match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu)?.length ?? 0;
  const known = Intl.Segmenter.supportedLocalesOf([language])[0];
  let words = 0;
  for (const part of new Intl.Segmenter(known, { granularity: "word" }).segment(prose)) if (part.isWordLike) words += 1;
  return words;
}

/** "1 word", "1,234 words" */
export const wordsInWords = (count: number, language: string): string =>
  `${count.toLocaleString(language)} ${count === 1 ? "word" : "words"}`;
