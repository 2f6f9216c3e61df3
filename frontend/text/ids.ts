/** Which characters are meant, by their Yjs ids, whatever is written around them; see docs/protocol.md, "Beside the text". */
import * as Y from "yjs";

/** client, first clock, length */
export type Range = [number, number, number];

export type Anchor = { ids: Range[] } | { before: Range | null; after: Range | null };

function idAt(text: Y.Text, index: number): Range {
  const { item } = Y.createRelativePositionFromTypeIndex(text, index);
  return [item!.client, item!.clock, 1];
}

/** The ids from `from` to before `to`, in UTF-16 units. */
function idsOf(text: Y.Text, from: number, to: number): Range[] {
  const found: Range[] = [];
  for (let index = from; index < to; index++) {
    const [client, clock] = idAt(text, index);
    const last = found.at(-1);
    if (last && last[0] === client && last[1] + last[2] === clock) last[2] += 1;
    else found.push([client, clock, 1]);
  }
  return found;
}

/** For the characters from `from` to before `to`; for the point between two where they are the same. */
export function anchorOf(text: Y.Text, from: number, to: number): Anchor {
  if (from < to) return { ids: idsOf(text, from, to) };
  return { before: from > 0 ? idAt(text, from - 1) : null, after: from < text.length ? idAt(text, from) : null };
}

/** From the first to the last character that is still there; null if none is. */
export function placeOf(text: Y.Text, ids: readonly Range[]): { from: number; to: number } | null {
  const doc = text.doc!;
  const found: { from: number; to: number }[] = [];
  for (const [client, clock, length] of ids) {
    for (let at = clock; at < Math.min(clock + length, Y.getState(doc.store, client)); ) {
      const item = Y.getItem(doc.store, Y.createID(client, at)) as Y.Item;
      const end = Math.min(clock + length, item.id.clock + item.length);
      if (!item.deleted) {
        const here = Y.createAbsolutePositionFromRelativePosition(new Y.RelativePosition(null, null, Y.createID(client, at), 0), doc);
        if (here) found.push({ from: here.index, to: here.index + end - at });
      }
      at = end;
    }
  }
  return found.length ? { from: Math.min(...found.map(({ from }) => from)), to: Math.max(...found.map(({ to }) => to)) } : null;
}
