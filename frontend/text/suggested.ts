/** What somebody suggests, in the text where they write it: what they put in is underlined, what they take out stays to be read, struck through. */
import { type Range, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";
import type { Trace } from "./fork";

/** more of what is gone is not shown in the text */
const MOST = 300;

export const markSuggested = StateEffect.define<readonly Trace[]>();

class Gone extends WidgetType {
  constructor(readonly words: string) {
    super();
  }

  override eq(other: Gone): boolean {
    return other.words === this.words;
  }

  override toDOM(): HTMLElement {
    const gone = document.createElement("del");
    gone.textContent = this.words.replaceAll("\n", "¶");
    return gone;
  }
}

const put = Decoration.mark({ tagName: "ins", inclusive: true });

function drawn({ from, to, gone }: Trace): Range<Decoration>[] {
  const words = gone.length > MOST ? `${gone.slice(0, MOST)}…` : gone;
  return [...(words ? [Decoration.widget({ widget: new Gone(words), side: -1 }).range(from)] : []), ...(from < to ? [put.range(from, to)] : [])];
}

export const suggested = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    const fresh = transaction.effects.find((effect) => effect.is(markSuggested));
    if (!fresh) return marks.map(transaction.changes);
    const { length } = transaction.newDoc;
    return Decoration.set(fresh.value.filter(({ to }) => to <= length).flatMap(drawn), true);
  },
  provide: (field) => EditorView.decorations.from(field),
});
