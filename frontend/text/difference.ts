/** Which words one text has and another lacks, and how to add them without taking anything away. */

export interface Addition {
  /** index in the other text, in UTF-16 units */
  at: number;
  words: string;
}

/** above this many cells the comparison would be felt, and the middle is taken as one piece */
const MOST_CELLS = 4_000_000;

/** Words, each with the space after it. */
const split = (text: string): string[] => text.match(/\S+\s*|^\s+/g) ?? [];

const same = (a: string, b: string): boolean => a === b || a.trimEnd() === b.trimEnd();

/** Lengths of longest common subsequences of all suffixes; row by row. */
function suffixTable(a: string[], b: string[]): Uint16Array[] {
  const rows = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      rows[i]![j] = same(a[i]!, b[j]!) ? rows[i + 1]![j + 1]! + 1 : Math.max(rows[i + 1]![j]!, rows[i]![j + 1]!);
  return rows;
}

function compare(theirs: string[], mine: string[], start: number): Addition[] {
  if (mine.length === 0) return [];
  const size = theirs.reduce((sum, word) => sum + word.length, 0);
  if (theirs.length * mine.length > MOST_CELLS) return [{ at: start + size, words: mine.join("") }];
  const table = suffixTable(theirs, mine);
  const out: Addition[] = [];
  let at = start;
  let [i, j] = [0, 0];
  while (j < mine.length) {
    if (i < theirs.length && same(theirs[i]!, mine[j]!)) {
      at += theirs[i]!.length;
      i += 1;
      j += 1;
    } else if (i < theirs.length && table[i + 1]![j]! >= table[i]![j + 1]!) {
      at += theirs[i]!.length;
      i += 1;
    } else {
      const last = out.at(-1);
      if (last?.at === at) last.words += mine[j]!;
      else out.push({ at, words: mine[j]! });
      j += 1;
    }
  }
  return out;
}

/** The pieces of `mine` that `theirs` lacks, in order, each with its place in `theirs`. Pieces of mere space are left out. */
export function additions(theirs: string, mine: string): Addition[] {
  const [a, b] = [split(theirs), split(mine)];
  let head = 0;
  while (head < a.length && head < b.length && same(a[head]!, b[head]!)) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && same(a.at(-1 - tail)!, b.at(-1 - tail)!)) tail += 1;
  const start = a.slice(0, head).reduce((sum, word) => sum + word.length, 0);
  const found = compare(a.slice(head, a.length - tail), b.slice(head, b.length - tail), start);
  return found.filter(({ words }) => words.trim());
}

/** CodeMirror changes that put the pieces in, kept apart from the words beside them. */
export function asChanges(theirs: string, pieces: Addition[]): { from: number; insert: string }[] {
  return pieces.map(({ at, words }) => {
    const before = at > 0 && /\S$/.test(theirs.slice(0, at)) && /^\S/.test(words) ? " " : "";
    const after = /\S$/.test(words) && /^\S/.test(theirs.slice(at)) ? " " : "";
    return { from: at, insert: before + words + after };
  });
}
