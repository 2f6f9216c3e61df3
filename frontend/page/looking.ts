/** Ways to look at the text that change nothing in it: buttons beside the status, the same in the menu, and their keys anywhere on the page. */
import type { EditorView } from "@codemirror/view";
import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";
import { marksShown, showMarks } from "../text/marks";
import { part } from "./dom";
import { openFindPanel } from "./findpanel";
import { showKeys } from "./keysdialog";
import { openOutlinePanel } from "./outlinepanel";
import { isRoomy } from "./people";
import { openReadView } from "./readview";
import type { Settings } from "./settings";
import { pressed } from "./shortcut";
import { openSince } from "./sincedialog";
import { makeKey } from "./toolbar";
import { IN_MENU, ON_BAR, type Tool, use } from "./tools";
import { showWordCount } from "./wordcount";

export interface Looking {
  tools: Tool[][];
  refresh(view: EditorView): void;
  /** Whether what others write is heard. */
  connected(is: boolean): void;
  /** Look at this text from now on; returns what ends it. */
  follow(text: Y.Text, awareness: Awareness): () => void;
}

interface Focus {
  on(): boolean;
  set(on: boolean): void;
}

/** Nothing on the page but the text and how it stands. */
function openFocus(view: () => EditorView, changed: () => void): Focus {
  const { classList } = document.documentElement;
  const focus = {
    on: () => classList.contains("live-alone"),
    set(on: boolean) {
      classList.toggle("live-alone", on);
      view().focus();
      changed();
    },
  };
  part("live-leave").addEventListener("click", () => focus.set(false));
  return focus;
}

/** The page is divided in two while the read view is open; the list of people makes room. */
function divide(reading: boolean): void {
  const { classList } = part("live-desk");
  if (classList.contains("reading") === reading) return;
  classList.toggle("reading", reading);
  part<HTMLDetailsElement>("live-people").open = !reading && isRoomy();
}

/** What else leaves the text as it is: `first` stands before these, `more` has no button. */
export function openLooking(settings: Settings, view: () => EditorView, undo: () => Y.UndoManager, first: Tool[], more: Tool[]): Looking {
  const again = () => refresh(view());
  const finder = openFindPanel(view, undo);
  const outline = openOutlinePanel(view, again);
  const read = openReadView(settings, view, again);
  const since = openSince(view, settings.lang, settings.person.id);
  const focus = openFocus(view, again);
  const recount = showWordCount(view, settings.lang);

  const changed: Tool = { words: "What changed", label: "What changed since I last looked", key: "Mod-Shift-l", reads: true, run: since.ask };
  const ways: Tool[] = [
    ...first,
    { words: "Outline", key: "Mod-Shift-o", reads: true, run: outline.toggle, pressed: outline.isOpen },
    { words: "Read view", key: "Mod-Shift-e", reads: true, run: read.toggle, pressed: read.isOpen },
    changed,
    { words: "Find", label: "Find and replace", key: "Mod-f", reads: true, run: finder.open },
    { words: "Focus", label: "Focus: nothing but the text", key: "Mod-Shift-f", reads: true, run: () => focus.set(!focus.on()), pressed: focus.on },
  ];
  const marks: Tool = {
    words: "Show Markdown marks",
    reads: true,
    run: (now) => now.dispatch({ effects: showMarks.of(!now.state.field(marksShown)) }),
    pressed: (now) => now.state.field(marksShown),
  };
  const link = document.getElementById("live-who");
  const who: Tool = { words: "Who wrote what", reads: true, offered: () => link !== null, run: () => link!.click() };
  const keys: Tool = { words: "Keys", key: "F1", reads: true, run: () => showKeys([...ON_BAR, ...IN_MENU, ways, more, [keys]].flat()) };

  const shown = [...ways, keys].map((tool) => ({ ...makeKey({ ...tool, label: undefined }), tool }));
  part("live-looking").replaceChildren(...shown.map(({ button }) => button));
  for (const { tool, button } of shown) button.addEventListener("click", () => use(tool, view(), undo()));

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const typing = (event.target as Element).closest("input, textarea, select, [contenteditable=true]");
    const help = pressed(event, "Mod-/") || (event.key === "?" && !typing);
    const tool = help ? keys : [...ways, ...more, keys].find(({ key }) => pressed(event, key!));
    if (tool) use(tool, view(), undo());
    else if (pressed(event, "F3") || pressed(event, "Shift-F3")) finder.next(event.shiftKey);
    else if (event.key === "Escape" && focus.on()) focus.set(false);
    else return;
    event.preventDefault();
  });

  let heard = false;
  function refresh(now: EditorView): void {
    since.refresh(heard);
    for (const { tool, button } of shown) {
      if (tool.pressed) button.setAttribute("aria-pressed", String(tool.pressed(now)));
      if (tool.run === changed.run) button.classList.toggle("some", since.some());
    }
    divide(read.isOpen());
    finder.refresh(now);
    outline.refresh();
    recount();
  }
  return {
    tools: [ways, more, [marks, who, keys]],
    refresh,
    connected(is) {
      heard = is;
      since.refresh(is);
    },
    follow(text, awareness) {
      read.follow(text);
      return since.meet(awareness);
    },
  };
}
