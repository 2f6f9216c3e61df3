/** Which words one text has and another lacks, and how to add them without taking anything away. */

export interface Addition {
  /** index in the other text, in UTF-16 units */
  at: number;
  words: string;
}

export interface Piece {
  kind: "same" | "added" | "removed";
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

type Take = (kind: Piece["kind"], word: string) => void;

function compare(old: string[], now: string[], take: Take): void {
  const large = old.length * now.length > MOST_CELLS;
  const table = large ? null : suffixTable(old, now);
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (table && i < old.length && j < now.length && same(old[i]!, now[j]!)) {
      take("same", old[i]!);
      i += 1;
      j += 1;
    } else if (i < old.length && (j === now.length || !table || table[i + 1]![j]! >= table[i]![j + 1]!)) take("removed", old[i++]!);
    else take("added", now[j++]!);
  }
}

/** From one text to the other, in pieces as long as they can be. What is the same is given as it was. */
export function piecesBetween(old: string, now: string): Piece[] {
  const [a, b] = [split(old), split(now)];
  const out: Piece[] = [];
  const take: Take = (kind, words) => {
    const last = out.at(-1);
    if (last?.kind === kind) last.words += words;
    else out.push({ kind, words });
  };
  let head = 0;
  while (head < a.length && head < b.length && same(a[head]!, b[head]!)) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && same(a.at(-1 - tail)!, b.at(-1 - tail)!)) tail += 1;
  a.slice(0, head).forEach((word) => take("same", word));
  compare(a.slice(head, a.length - tail), b.slice(head, b.length - tail), take);
  a.slice(a.length - tail).forEach((word) => take("same", word));
  return out;
}

/** The pieces of `mine` that `theirs` lacks, in order, each with its place in `theirs`. Pieces of mere space are left out. */
export function additions(theirs: string, mine: string): Addition[] {
  const out: Addition[] = [];
  let at = 0;
  for (const { kind, words } of piecesBetween(theirs, mine)) {
    if (kind !== "added") at += words.length;
    else if (words.trim()) out.push({ at, words });
  }
  return out;
}

/** CodeMirror changes that put the pieces in, kept apart from the words beside them. */
export function asChanges(theirs: string, pieces: Addition[]): { from: number; insert: string }[] {
  return pieces.map(({ at, words }) => {
    const before = at > 0 && /\S$/.test(theirs.slice(0, at)) && /^\S/.test(words) ? " " : "";
    const after = /\S$/.test(words) && /^\S/.test(theirs.slice(at)) ? " " : "";
    return { from: at, insert: before + words + after };
  });
}
