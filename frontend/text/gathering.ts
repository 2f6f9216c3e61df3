/** Edits near each other are one change of whole words; the same rules as on the server (`review/hunks.py`). Pure. */

/** Put `words` in place of the characters from `from` to before `to`, in UTF-16 units. */
export interface Edit {
  from: number;
  to: number;
  words: string;
}

/** characters of unchanged text between two edits that belong together */
const NEAR = 40;

const LETTER = /[\p{L}\p{N}]/u;
const letter = (sign: string | undefined) => sign !== undefined && LETTER.test(sign);
const PAIRED = /[\uD800-\uDFFF]/;

/** Without what they put back as it was. */
export const bare = (old: string, edits: readonly Edit[]): Edit[] => cut(old, edits, false);

/** The same in whole words. */
export const trimmed = (old: string, edits: readonly Edit[]): Edit[] => cut(old, edits, true);

function cut(old: string, edits: readonly Edit[], whole: boolean): Edit[] {
  return edits.flatMap(({ from, to, words }) => {
    let [head, end, last] = [0, words.length, to];
    const same = (at: number, put: number) => old[at] === words[put] && !PAIRED.test(words[put]!);
    while (from + head < last && head < end && same(from + head, head)) head += 1;
    while (from + head < last && head < end && same(last - 1, end - 1)) [last, end] = [last - 1, end - 1];
    if (from + head === last && head === end) return [];
    while (whole && head > 0 && letter(words[head - 1]) && (letter(words[head]) || letter(old[from + head]))) head -= 1;
    while (whole && last < to && letter(old[last]) && (letter(words[end - 1]) || letter(old[last - 1]))) [last, end] = [last + 1, end + 1];
    return [{ from: from + head, to: last, words: words.slice(head, end) }];
  });
}

/** Those near each other made one, of whole words. A new paragraph begins a new one. */
export function gathered(old: string, edits: readonly Edit[]): Edit[] {
  const groups: Edit[] = [];
  for (const edit of edits) {
    const last = groups.at(-1);
    const between = last && old.slice(last.to, edit.from);
    if (between !== undefined && between.length <= NEAR && !`${last!.words.at(-1) ?? ""}${between}${edit.words[0] ?? ""}`.includes("\n\n")) groups[groups.length - 1] = { from: last!.from, to: edit.to, words: last!.words + between + edit.words };
    else groups.push(edit);
  }
  return groups.map((edit, at) => wholeWords(old, edit, groups[at - 1]?.to ?? 0, groups[at + 1]?.from ?? old.length));
}

/** With the whole of the words that it changes a part of, if they lie between `first` and `last`. */
function wholeWords(old: string, { from, to, words }: Edit, first: number, last: number): Edit {
  const touched = old.slice(from, to) || words;
  const [begins, ends] = [letter(touched[0]), letter(touched.at(-1))];
  while (from > first && letter(old[from - 1]) && (begins || letter(words[0]))) words = old[--from] + words;
  while (to < last && letter(old[to]) && (ends || letter(words.at(-1)))) words += old[to++];
  return { from, to, words };
}
