/** "What changed since I last looked": what others added and removed, passage by passage, when one asks. Never announced by itself. */
import type { EditorView } from "@codemirror/view";
import type { Awareness } from "y-protocols/awareness";
import { type Guest, guestOf } from "../text/guests";
import { looked, news, type Passage, passagesOf } from "../text/since";
import { countWords, wordsInWords } from "../text/words";
import { openDialog } from "./dialog";
import { button, make } from "./dom";
import { goTo } from "./outlinepanel";

const MOST_PASSAGES = 100;

export interface Since {
  ask(): void;
  /** The text or the connection changed. `connected`: whether what others write is heard. */
  refresh(connected: boolean): void;
  /** Whether others changed something since. */
  some(): boolean;
  /** Learn who writes under which client id from now on. */
  meet(awareness: Awareness): () => void;
}

/** "Amina", "Amina and a writer", "Amina, Bob and 2 writers" */
export function namesInWords(guests: readonly Guest[]): string {
  const people = [...new Map(guests.map((guest) => [guest.id, guest])).values()];
  const names = people.filter(({ named }) => named).map(({ name }) => name);
  const others = people.length - names.length;
  const all = [...names, ...(others ? [others === 1 ? "a writer" : `${others} writers`] : [])];
  return all.length > 1 ? `${all.slice(0, -1).join(", ")} and ${all.at(-1)}` : (all[0] ?? "");
}

function amounts(passages: readonly Passage[], language: string): string {
  const count = (kind: string) =>
    passages.reduce((sum, { pieces }) => sum + pieces.reduce((words, piece) => words + (piece.kind === kind ? countWords(piece.words, language) : 0), 0), 0);
  const [added, removed] = [count("added"), count("removed")];
  return [added && `${wordsInWords(added, language)} added`, removed && `${wordsInWords(removed, language)} removed`].filter(Boolean).join(", ") || "marks or spaces changed";
}

function shownPieces({ pieces }: Passage): Node[] {
  return pieces.map(({ kind, words }) => {
    if (kind === "same") return document.createTextNode(words);
    const label = make("span", { class: "vh" }, kind === "added" ? "Added: " : "Removed: ");
    return make(kind === "added" ? "ins" : "del", {}, label, words);
  });
}

export function openSince(view: () => EditorView, language: string, me: string): Since {
  const met = new Map<number, Guest>();
  const time = () => new Date().toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  let from = `you opened this page at ${time()}`;
  const begin = (words: string) => {
    from = `${words} at ${time()}`;
    view().dispatch({ effects: looked.of(null) });
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && view()) begin("you left this page");
  });
  const by = (clients: readonly number[]) => namesInWords(clients.flatMap((client) => met.get(client) ?? []));

  function section(passage: Passage): HTMLElement {
    const who = by(passage.by);
    const line = `${amounts([passage], language)}${who ? ` by ${who}` : ""}`;
    const there = button("Go there", () => {
      dialog?.close();
      goTo(view(), passage.from);
    }, "press text");
    return make("section", {}, make("h3", {}, passage.heading ?? "Before the first heading"), make("p", { class: "soft" }, line), make("p", { class: "words" }, ...shownPieces(passage)), there);
  }

  let dialog: HTMLDialogElement | null = null;
  let heard = false;
  const more = make("p", { role: "status" });
  const some = () => {
    const { added, removed } = view().state.field(news);
    return added.length + removed.length > 0;
  };
  const refresh = (connected: boolean) => {
    heard = connected;
    more.textContent = !connected ? "No connection: what others write now is not known here." : some() ? "More has come in since. Close this and ask again." : "";
  };
  return {
    some,
    refresh,
    ask() {
      const passages = passagesOf(view().state);
      const places = new Set(passages.map(({ heading }) => heading)).size;
      const everybody = by(passages.flatMap((passage) => passage.by));
      const sum =
        passages.length === 0
          ? `Nobody else has changed anything since ${from}.`
          : `Since ${from}: ${amounts(passages, language)}${everybody ? ` by ${everybody}` : " by others"}, in ${passages.length === 1 ? "1 passage" : `${passages.length} passages`}${places > 1 ? ` under ${places} headings` : ""}.`;
      const rest = passages.length > MOST_PASSAGES ? make("p", {}, `And ${passages.length - MOST_PASSAGES} more passages.`) : null;
      const list = make("div", { class: "since" }, ...passages.slice(0, MOST_PASSAGES).map(section), rest);
      dialog = openDialog("What changed since I last looked", [make("p", {}, sum), more, list]);
      begin("you last asked");
      refresh(heard);
    },
    meet(awareness) {
      if (met.size) from = `the text was laid out anew here at ${time()}`;
      const named = (guest: Guest): Guest => (guest.id === me ? { ...guest, name: "you in another window", named: true } : guest);
      const learn = () => awareness.getStates().forEach((state, client) => state.user && met.set(client, named(guestOf(state))));
      learn();
      awareness.on("change", learn);
      return () => awareness.off("change", learn);
    },
  };
}
