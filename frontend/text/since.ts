/** What others changed since one last looked. Own edits do not count, nor what came and went again meanwhile. */
import { type ChangeSet, type EditorState, StateEffect, StateField, type Text } from "@codemirror/state";
import { type Piece, piecesBetween } from "./difference";
import { headingAt, headingsOf } from "./outline";
import { fromText } from "./sync";

interface Added {
  from: number;
  to: number;
  /** client ids of those who may have written it */
  by: readonly number[];
}

interface Removed {
  at: number;
  words: string;
}

export interface News {
  added: readonly Added[];
  removed: readonly Removed[];
}

export interface Passage {
  /** the heading above it, or null before the first */
  heading: string | null;
  from: number;
  pieces: Piece[];
  by: number[];
}

const NOTHING: News = { added: [], removed: [] };

/** From now on only what comes after counts. */
export const looked = StateEffect.define<null>();

/** What was there before between two places: the text without what others added, with what they removed. */
function before(text: Text, news: News, from: number, to: number): string {
  let out = "";
  let at = from;
  const upTo = (end: number) => {
    out += text.sliceString(at, Math.max(at, end), "\n");
    at = Math.max(at, end);
  };
  const steps = [...news.added.map((added) => ({ at: added.from, added, words: "" })), ...news.removed.map((gone) => ({ ...gone, added: null }))];
  // removed words stand before what was put in their place
  steps.sort((a, b) => a.at - b.at || Number(a.added !== null) - Number(b.added !== null));
  for (const step of steps) {
    if ((step.added?.to ?? step.at) < from || step.at > to) continue;
    upTo(Math.min(step.at, to));
    if (step.added) at = Math.max(at, Math.min(step.added.to, to));
    else out += step.words;
  }
  upTo(to);
  return out;
}

/** Ranges without those parts that one wrote into them oneself. */
function cut(added: Added, own: readonly { from: number; to: number }[]): Added[] {
  let rest = [added];
  for (const { from, to } of own)
    rest = rest.flatMap((part) =>
      to <= part.from || from >= part.to ? [part] : [{ ...part, to: from }, { ...part, from: to }].filter((piece) => piece.from < piece.to),
    );
  return rest;
}

function joined(added: Added[]): Added[] {
  const out: Added[] = [];
  for (const next of added.sort((a, b) => a.from - b.from)) {
    const last = out.at(-1);
    if (last?.to === next.from && last.by.join() === next.by.join()) last.to = next.to;
    else out.push({ ...next });
  }
  return out;
}

/** The news after one more change; `by` is null for one's own. */
export function afterChange(news: News, old: Text, changes: ChangeSet, by: readonly number[] | null): News {
  const fresh: { from: number; to: number }[] = [];
  const gone: Removed[] = [];
  const swallowed = new Set<Removed>();
  changes.iterChanges((from, to, fromNew, toNew) => {
    if (toNew > fromNew) fresh.push({ from: fromNew, to: toNew });
    if (!by || to === from) return;
    for (const one of news.removed) if (one.at >= from && one.at <= to) swallowed.add(one);
    const words = before(old, news, from, to);
    if (words) gone.push({ at: fromNew, words });
  }, true);
  const mapped = news.added
    .map((added) => ({ ...added, from: changes.mapPos(added.from, 1), to: changes.mapPos(added.to, -1) }))
    .filter(({ from, to }) => from < to);
  const kept = news.removed.filter((one) => !swallowed.has(one)).map(({ at, words }) => ({ at: changes.mapPos(at, -1), words }));
  const whole = by ? [...mapped, ...fresh.map((span) => ({ ...span, by }))] : mapped.flatMap((added) => cut(added, fresh));
  return { added: joined(whole), removed: [...kept, ...gone].sort((a, b) => a.at - b.at) };
}

export const news = StateField.define<News>({
  create: () => NOTHING,
  update(value, transaction) {
    if (transaction.effects.some((effect) => effect.is(looked))) return NOTHING;
    if (!transaction.docChanged) return value;
    return afterChange(value, transaction.startState.doc, transaction.changes, transaction.annotation(fromText)?.by ?? null);
  },
});

/** Words stay apart where the space between them was among what changed. */
function spaced(pieces: Piece[]): Piece[] {
  return pieces.map((piece, at) => (at + 1 < pieces.length && /\S$/.test(piece.words) ? { ...piece, words: `${piece.words} ` } : piece));
}

/** Line by line, neighbours together. Changes of mere space are left out. */
export function passagesOf(state: EditorState): Passage[] {
  const value = state.field(news);
  const spans = [...value.added, ...value.removed.map(({ at }) => ({ from: at, to: at, by: [] as number[] }))].sort((a, b) => a.from - b.from);
  const lines: { from: number; to: number; by: Set<number> }[] = [];
  for (const span of spans) {
    const [from, to] = [state.doc.lineAt(span.from).from, state.doc.lineAt(span.to).to];
    const last = lines.at(-1);
    if (last && from <= last.to + 1) {
      last.to = Math.max(to, last.to);
      span.by.forEach((client) => last.by.add(client));
    } else lines.push({ from, to, by: new Set(span.by) });
  }
  const headings = headingsOf(state);
  return lines.flatMap(({ from, to, by }): Passage[] => {
    const pieces = spaced(piecesBetween(before(state.doc, value, from, to), state.sliceDoc(from, to)));
    if (!pieces.some(({ kind, words }) => kind !== "same" && words.trim())) return [];
    return [{ heading: headings[headingAt(headings, from)]?.words ?? null, from, pieces, by: [...by] }];
  });
}
