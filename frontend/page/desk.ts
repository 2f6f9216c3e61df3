/** Everything on the page that belongs to one life of the document: editor, tools, people, and ways to look at it. */
import type { EditorView } from "@codemirror/view";
import { seek } from "../text/cursors";
import { type Editor, openEditor } from "../text/editor";
import { guest } from "../text/guests";
import { marksShown, showMarks } from "../text/marks";
import { type Beside, openBeside } from "./beside";
import { part } from "./dom";
import { type Looking, openLooking } from "./looking";
import { type People, showPeople } from "./people";
import { mindKeyboard } from "./phone";
import { takesPictures } from "./picturedialog";
import type { Round } from "./round";
import type { Settings } from "./settings";
import { strikeWhatIsSelected, striking } from "./striking";
import { type Means as SuggestingMeans, openSuggesting } from "./suggesting";
import { openToolbar, type Toolbar } from "./toolbar";
import { IN_MENU, keysOf, ON_BAR } from "./tools";

export interface Desk {
  view(): EditorView | null;
  /** Put this life of the document on screen, in place of an earlier one or of what the server rendered. */
  lay(round: Round, mayWrite: boolean): void;
  allowWriting(may: boolean): void;
  /** Whether the room is heard from. */
  connected(is: boolean): void;
  /** Something was suggested, said or decided beside the text. */
  remarked(): void;
  /** Undo and redo know of nothing that was done until now. */
  forgetUndo(): void;
}

/** Whoever was writing goes on in the same place. */
function goOn(view: EditorView, { anchor, head, focused }: { anchor: number; head: number; focused: boolean }): void {
  const within = (at: number) => Math.min(at, view.state.doc.length);
  view.dispatch({ selection: { anchor: within(anchor), head: within(head) } });
  if (focused) view.focus();
}

/** What the desk tells the page. */
export type Telling = Pick<SuggestingMeans, "tell" | "aside">;

export function openDesk(settings: Settings, telling: Telling): Desk {
  const parent = part("live-text");
  let editor: Editor | null = null;
  let tools: { looking: Looking; bar: Toolbar; beside: Beside } | null = null;
  let people: People | null = null;
  let heard = false;
  let away = false;
  let laid: { round: Round; mayWrite: boolean } | null = null;
  let clear = () => {};
  const view = () => editor!.view;
  const undo = () => editor!.undo;

  const refresh = (now: EditorView) => {
    tools?.bar.refresh(now, undo());
    tools?.looking.refresh(now);
  };
  /** What status and tools cover of the screen, in pixels, wherever the text is scrolled to. */
  const covered = () => {
    const bar = part("live-toolbar");
    const below = getComputedStyle(bar).position === "fixed" ? bar.offsetHeight : 0;
    return { top: part("live-top").offsetHeight, bottom: below + 12 };
  };
  const furnish = () => {
    const beside = openBeside(settings, view);
    const looking = openLooking(settings, view, undo, beside.tools, beside.more);
    strikeWhatIsSelected(view);
    mindKeyboard(() => editor?.view ?? null);
    const bar = openToolbar({ bar: ON_BAR, menu: [...IN_MENU, ...looking.tools, striking()] }, view, undo);
    return { looking, bar, beside };
  };

  const mode = openSuggesting(settings, { ...telling, view, show: () => show(), made: () => tools?.beside.refresh() });
  const show = () => {
    const { round, mayWrite } = laid!;
    const fork = mode.fork();
    const text = fork?.text ?? round.text;
    const marked = editor?.view.state.field(marksShown) ?? false;
    const place = editor && { focused: editor.view.hasFocus, ...editor.view.state.selection.main.toJSON() };
    clear();
    parent.replaceChildren();
    editor = openEditor({
      parent,
      mayWrite: mayWrite || fork !== null,
      text,
      awareness: round.awareness,
      language: settings.lang,
      nonce: settings.nonce,
      label: `${document.querySelector("h1")?.textContent?.trim() ?? "Live text"}${fork ? ", you are suggesting" : ""}`,
      invitation: fork ? "Write here what you suggest." : "Write here. Everybody in the room sees it at once.",
      description: "live-how",
      covered,
      keys: [keysOf(undo), takesPictures],
      changed: refresh,
    });
    tools ??= furnish();
    if (marked) view().dispatch({ effects: showMarks.of(true) });
    if (place) goOn(view(), place);
    refresh(view());
    tools.beside.follow(text, fork);
    const me = () => {
      const { id, name, colour } = round.person();
      return guest(String(id), name, colour);
    };
    people = showPeople(round.awareness, me, (id) => seek(view(), id));
    people.connected(heard);
    const stops = [people.stop, tools.looking.follow(text, round.awareness), editor.close];
    clear = () => stops.forEach((stop) => stop());
  };

  return {
    view: () => editor?.view ?? null,
    lay(round, mayWrite) {
      laid = { round, mayWrite };
      mode.mayWrite(mayWrite);
      mode.follow(round);
      show();
    },
    remarked: () => tools?.beside.refresh(),
    forgetUndo: () => editor?.undo.clear(),
    connected(is) {
      if (heard === is) return;
      heard = is;
      people?.connected(is);
      tools?.looking.connected(is);
      // what was told meanwhile was not heard
      if (is && away) tools?.beside.refresh();
      away = !is;
    },
    allowWriting(may) {
      if (laid) laid.mayWrite = may;
      mode.mayWrite(may);
      if (!editor || mode.fork() || editor.view.state.readOnly === !may) return;
      const writing = view().hasFocus;
      editor.allowWriting(may);
      // the field that was written in goes away with the right to write; whoever was there stays there
      if (writing) view().contentDOM.focus();
      refresh(view());
    },
  };
}
