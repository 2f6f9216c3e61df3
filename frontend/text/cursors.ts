/** Where the others are writing: a bar and a name in the text, drawn without inline styles so that a strict policy allows it. */
import { Annotation, type Range, StateEffect } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate, WidgetType } from "@codemirror/view";
import type { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { type Guest, guestOf } from "./guests";

/** after this long without moving, a name makes room for the words under it */
const QUIET_MS = 4000;
/** after this long, the bar fades as well */
const IDLE_MS = 60_000;
const SETTLE_MS = 1000;

const moved = Annotation.define<true>();
const asked = StateEffect.define<string>();

export interface RemoteCursor {
  client: number;
  guest: Guest;
  anchor: number;
  head: number;
}

type State = Record<string, unknown>;

function index(position: unknown, text: Y.Text): number | null {
  if (!position || typeof position !== "object" || !text.doc) return null;
  try {
    const found = Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(position), text.doc);
    return found?.type === text ? found.index : null;
  } catch {
    // another browser may say anything, and Yjs throws on what it does not know
    return null;
  }
}

/** Cursors that lie in `text`, in no particular order. Whatever is malformed is left out. */
export function cursorsIn(text: Y.Text, states: ReadonlyMap<number, State>, own: number): RemoteCursor[] {
  const out: RemoteCursor[] = [];
  for (const [client, state] of states) {
    const cursor = state.cursor as { anchor?: unknown; head?: unknown } | null | undefined;
    if (client === own || !cursor) continue;
    const [anchor, head] = [index(cursor.anchor, text), index(cursor.head, text)];
    if (anchor !== null && head !== null) out.push({ client, guest: guestOf(state), anchor, head });
  }
  return out;
}

class Bar extends WidgetType {
  constructor(readonly guest: Guest, readonly calm: string) {
    super();
  }

  override eq(other: Bar): boolean {
    return other.guest.id === this.guest.id && other.guest.name === this.guest.name && other.guest.colour === this.guest.colour && other.calm === this.calm;
  }

  override toDOM(): HTMLElement {
    const bar = document.createElement("span");
    bar.className = `cursor ${this.calm}`;
    bar.style.setProperty("--colour", this.guest.colour);
    bar.style.setProperty("--on-colour", this.guest.ink);
    bar.dataset.name = this.guest.name;
    bar.dataset.person = this.guest.id;
    bar.setAttribute("aria-hidden", "true");
    return bar;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

const calmness = (quiet_ms: number): string => (quiet_ms > IDLE_MS ? "idle" : quiet_ms > QUIET_MS ? "quiet" : "");

function draw(cursor: RemoteCursor, calm: string, length: number): Range<Decoration>[] {
  const head = Math.min(cursor.head, length);
  const from = Math.min(cursor.anchor, head);
  const to = Math.min(Math.max(cursor.anchor, head), length);
  const bar = Decoration.widget({ widget: new Bar(cursor.guest, calm), side: cursor.head < cursor.anchor ? -1 : 1 }).range(head);
  return from < to ? [Decoration.mark({ class: "selected-by-other" }).range(from, to), bar] : [bar];
}

class Cursors {
  decorations: DecorationSet = Decoration.none;
  private readonly since = new Map<number, { at: string; when: number; calm: string }>();
  private readonly timer = setInterval(() => this.settle(), SETTLE_MS);
  private said = "";
  private gone = false;
  /** whom somebody asked for, when, and where they were last brought into sight */
  private sought: { id: string; when: number; head: number } | null = null;

  constructor(readonly view: EditorView, readonly text: Y.Text, readonly awareness: Awareness) {
    awareness.on("change", this.onChange);
    this.build();
  }

  private readonly onChange = (_changes: unknown, origin: unknown) => {
    if (origin !== "local") this.redraw();
  };

  // awareness may speak in the middle of an update of the view, which allows no other
  private redraw(): void {
    queueMicrotask(() => {
      if (!this.gone) this.view.dispatch({ annotations: moved.of(true) });
    });
  }

  private settle(): void {
    const now = Date.now();
    if ([...this.since.values()].some(({ when, calm }) => calmness(now - when) !== calm)) this.redraw();
  }

  update(update: ViewUpdate): void {
    if (update.selectionSet || update.focusChanged || update.docChanged) this.sayWhere();
    const asking = update.transactions.flatMap(({ effects }) => effects).find((effect) => effect.is(asked));
    if (asking) this.sought = { id: asking.value as string, when: Date.now(), head: -1 };
    if (asking || update.transactions.some((transaction) => transaction.annotation(moved))) this.build();
    else if (update.docChanged) this.decorations = this.decorations.map(update.changes);
  }

  private sayWhere(): void {
    const { anchor, head } = this.view.state.selection.main;
    const at = (index: number) => Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(this.text, index));
    // a reader's text cannot be focused, so a reader has no cursor to show
    const cursor = this.view.hasFocus ? { anchor: at(anchor), head: at(head) } : null;
    // what others type moves no one else's cursor: saying so would make every keystroke a message from everybody
    const key = JSON.stringify(cursor);
    if (key === this.said) return;
    this.said = key;
    this.awareness.setLocalStateField("cursor", cursor);
  }

  private build(): void {
    const now = Date.now();
    const found = cursorsIn(this.text, this.awareness.getStates(), this.awareness.clientID);
    const known = new Set(found.map((cursor) => cursor.client));
    for (const client of this.since.keys()) if (!known.has(client)) this.since.delete(client);
    const drawn = found.flatMap((cursor) => {
      const at = `${cursor.anchor}-${cursor.head}`;
      const before = this.since.get(cursor.client);
      const when = before?.at === at ? before.when : now;
      const calm = this.isSought(cursor, now) ? "asked" : calmness(now - when);
      this.since.set(cursor.client, { at, when, calm });
      return draw(cursor, calm, this.view.state.doc.length);
    });
    this.decorations = Decoration.set(drawn, true);
    this.view.requestMeasure(this.turning);
  }

  /** Whoever is asked for is brought into sight, also where their cursor is told a little later. */
  private isSought({ guest, head }: RemoteCursor, now: number): boolean {
    const { sought } = this;
    if (!sought || guest.id !== sought.id || now - sought.when > QUIET_MS) return false;
    if (sought.head !== head && (sought.head < 0 || now - sought.when < SETTLE_MS)) {
      sought.head = head;
      queueMicrotask(() => {
        const at = Math.min(head, this.view.state.doc.length);
        if (!this.gone) this.view.dispatch({ effects: EditorView.scrollIntoView(at, { y: "center" }) });
      });
    }
    return true;
  }

  /** A name that would hang over the far edge hangs to the other side. */
  private readonly turning = {
    key: this,
    read: ({ contentDOM }: EditorView) => {
      const edge = contentDOM.getBoundingClientRect();
      const bars = [...contentDOM.querySelectorAll<HTMLElement>(".cursor")];
      return bars.map((bar) => ({ bar, far: bar.getBoundingClientRect().left > (edge.left + edge.right) / 2 }));
    },
    write: (found: { bar: HTMLElement; far: boolean }[]) => found.forEach(({ bar, far }) => bar.classList.toggle("far", far)),
  };

  destroy(): void {
    this.gone = true;
    clearInterval(this.timer);
    this.awareness.off("change", this.onChange);
  }
}

/** Bring the cursor of this person into sight, and show the name for a moment. */
export const seek = (view: EditorView, id: string): void => view.dispatch({ effects: asked.of(id) });

export const remoteCursors = (text: Y.Text, awareness: Awareness) =>
  ViewPlugin.define((view) => new Cursors(view, text, awareness), { decorations: (plugin) => plugin.decorations });
