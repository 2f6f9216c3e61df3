/** The toolbar: one Tab stop, arrow keys inside, words on every button, and a menu for what is rare. */
import type { EditorView } from "@codemirror/view";
import type * as Y from "yjs";
import { make, part } from "./dom";
import { type Entry, openMenu } from "./menu";
import { spoken, written } from "./shortcut";
import { type Tool, use } from "./tools";

export interface Toolbar {
  /** Show what holds at the cursor. */
  refresh(view: EditorView, undo: Y.UndoManager): void;
}

interface Key {
  tool: Tool;
  button: HTMLButtonElement;
}

export interface Offer {
  bar: Tool[][];
  menu: Tool[][];
}

export function makeKey(tool: Tool): Key {
  const attributes: Record<string, string> = { type: "button" };
  if (tool.key) {
    attributes.title = `${tool.words} (${written(tool.key)})`;
    attributes["aria-keyshortcuts"] = spoken(tool.key);
  }
  if (tool.label) attributes["aria-label"] = tool.label;
  if (tool.style) attributes.class = tool.style;
  if (tool.pressed) attributes["aria-pressed"] = "false";
  return { tool, button: make("button", attributes, tool.words) };
}

/** One button is in the Tab order; the arrow keys, Home and End move between all of them. */
function rove(bar: HTMLElement): void {
  const shown = () => [...bar.querySelectorAll<HTMLButtonElement>("button")].filter((button) => button.checkVisibility());
  const stop = (at: HTMLButtonElement | undefined) => bar.querySelectorAll("button").forEach((button) => (button.tabIndex = button === at ? 0 : -1));
  const move: Record<string, (at: number, count: number) => number> = {
    ArrowRight: (at, count) => (at + 1) % count,
    ArrowLeft: (at, count) => (at - 1 + count) % count,
    Home: () => 0,
    End: (_at, count) => count - 1,
  };
  stop(bar.querySelector("button")!);
  bar.addEventListener("keydown", (event) => {
    const buttons = shown();
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const target = move[event.key]?.(at, buttons.length);
    if (at < 0 || target === undefined) return;
    event.preventDefault();
    buttons[target]!.focus();
  });
  bar.addEventListener("focusin", ({ target }) => stop(target as HTMLButtonElement));
}

export function openToolbar(offer: Offer, view: () => EditorView, undo: () => Y.UndoManager): Toolbar {
  const bar = part("live-toolbar");
  const groups = offer.bar.map((group) => group.map(makeKey));
  const keys = groups.flat();
  const more = make("button", { type: "button", id: "live-more", class: "more" }, "More");
  const parts = groups.map((group) => make("div", { class: "group" }, ...group.map(({ button }) => button)));
  bar.replaceChildren(...parts, more);
  bar.hidden = false;
  rove(bar);
  for (const { tool, button } of keys)
    button.addEventListener("click", (event) => {
      if (button.getAttribute("aria-disabled") === "true") return;
      use(tool, view(), undo());
      // a press of the keyboard has no pointer; its focus stays in the toolbar
      if (event.detail > 0 && !tool.reads && !document.querySelector("dialog[open]")) view().focus();
    });
  // a press of a mouse or finger must not take the focus, or a phone would close its keyboard
  bar.addEventListener("mousedown", (event) => event.preventDefault());
  openMenu(part("live-top"), more, () => {
    const offered = (tool: Tool) => (tool.reads || !view().state.readOnly) && (tool.offered?.(view()) ?? true);
    const entry = (tool: Tool): Entry => ({
      words: tool.label ?? tool.words,
      key: tool.key && written(tool.key),
      ticked: tool.pressed?.(view()),
      act: () => use(tool, view(), undo()),
    });
    return offer.menu.map((group) => group.filter(offered).map(entry));
  });
  return {
    refresh(current, manager) {
      for (const { tool, button } of keys) {
        button.hidden = !tool.reads && current.state.readOnly;
        if (tool.enabled) button.setAttribute("aria-disabled", String(!tool.enabled(manager)));
        if (tool.pressed) button.setAttribute("aria-pressed", String(tool.pressed(current)));
      }
      for (const group of parts) group.hidden = [...group.children].every((button) => (button as HTMLElement).hidden);
    },
  };
}
