/** The toolbar: one Tab stop, arrow keys inside, words on every button. */
import type { EditorView } from "@codemirror/view";
import type * as Y from "yjs";
import { make, part } from "./dom";
import { TOOLS, type Tool, use } from "./tools";

export interface Toolbar {
  /** Show what holds at the cursor. */
  refresh(view: EditorView, undo: Y.UndoManager): void;
}

interface Key {
  tool: Tool;
  button: HTMLButtonElement;
}

const APPLE = /Mac|iPhone|iPad/.test(navigator.platform);

/** "Mod-b" as people write it, or as `aria-keyshortcuts` does. */
function shortcut(key: string, apple: string, other: string): string {
  return key.slice(0, -1).replace("Mod-", APPLE ? apple : other) + key.slice(-1).toUpperCase();
}

function makeKey(tool: Tool): Key {
  const attributes: Record<string, string> = { type: "button", tabindex: "-1" };
  if (tool.key) {
    attributes.title = `${tool.words} (${shortcut(tool.key, "⌘", "Ctrl+")})`;
    attributes["aria-keyshortcuts"] = shortcut(tool.key, "Meta+", "Control+");
  }
  if (tool.label) attributes["aria-label"] = tool.label;
  if (tool.style) attributes.class = tool.style;
  if (tool.pressed) attributes["aria-pressed"] = "false";
  return { tool, button: make("button", attributes, tool.words) };
}

/** One button is in the Tab order; the arrow keys, Home and End move between all of them. */
function rove(bar: HTMLElement, buttons: HTMLButtonElement[]): void {
  const go = (index: number) => {
    buttons.forEach((button, at) => (button.tabIndex = at === index ? 0 : -1));
    buttons[index]!.focus();
  };
  const move: Record<string, (at: number) => number> = {
    ArrowRight: (at) => (at + 1) % buttons.length,
    ArrowLeft: (at) => (at - 1 + buttons.length) % buttons.length,
    Home: () => 0,
    End: () => buttons.length - 1,
  };
  buttons[0]!.tabIndex = 0;
  bar.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const target = move[event.key]?.(at);
    if (at < 0 || target === undefined) return;
    event.preventDefault();
    go(target);
  });
  bar.addEventListener("focusin", (event) => buttons.forEach((button) => (button.tabIndex = button === event.target ? 0 : -1)));
}

export function openToolbar(view: () => EditorView, undo: () => Y.UndoManager): Toolbar {
  const bar = part("live-toolbar");
  const groups = TOOLS.map((group) => group.map(makeKey));
  const keys = groups.flat();
  bar.replaceChildren(...groups.map((group) => make("div", { class: "group" }, ...group.map(({ button }) => button))));
  rove(bar, keys.map(({ button }) => button));
  for (const { tool, button } of keys) {
    // a press of a mouse or finger must not take the focus, or a phone would close its keyboard
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", (event) => {
      if (button.getAttribute("aria-disabled") === "true") return;
      use(tool, view(), undo());
      // a press of the keyboard has no pointer; its focus stays in the toolbar
      if (event.detail > 0 && !document.querySelector("dialog[open]")) view().focus();
    });
  }
  return {
    refresh(current, manager) {
      bar.hidden = current.state.readOnly;
      for (const { tool, button } of keys) {
        if (tool.enabled) button.setAttribute("aria-disabled", String(!tool.enabled(manager)));
        if (tool.pressed) button.setAttribute("aria-pressed", String(tool.pressed(current)));
      }
    },
  };
}
