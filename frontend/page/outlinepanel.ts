/** The headings, for jumping: beside the text where there is room, over it elsewhere. */
import { EditorView } from "@codemirror/view";
import { headingAt, headingsOf } from "../text/outline";
import { button, make, part } from "./dom";

const REDRAW_MS = 300;

export interface OutlinePanel {
  toggle(): void;
  isOpen(): boolean;
  refresh(): void;
}

/** Put the cursor, and the screen, at a place in the text. */
export function goTo(view: EditorView, position: number): void {
  const at = Math.min(position, view.state.doc.length);
  const effects = EditorView.scrollIntoView(at, { y: "start", yMargin: 12 });
  view.dispatch({ selection: { anchor: view.state.readOnly ? at : view.state.doc.lineAt(at).to }, effects });
  view.focus();
}

export function openOutlinePanel(view: () => EditorView, changed: () => void): OutlinePanel {
  const panel = part("live-outline");
  const list = make("ul", {});
  const close = () => {
    panel.hidden = true;
    changed();
  };
  panel.append(make("div", { class: "dialog-head" }, make("h2", {}, "Outline"), button("Close", () => {
    close();
    view().focus();
  }, "press quiet close")), list);
  panel.addEventListener("keydown", (event) => {
    const all = [...list.querySelectorAll("button")];
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    const goal = { ArrowDown: all[at + 1], ArrowUp: all[at - 1], Home: all[0], End: all.at(-1) }[event.key];
    if (event.key === "Escape") {
      close();
      view().focus();
    } else if (at >= 0 && goal) goal.focus();
    else return;
    event.preventDefault();
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (!panel.hidden && floats() && !panel.contains(target as Node)) close();
  });
  const floats = () => getComputedStyle(panel).boxShadow !== "none";

  let shown = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  const draw = () => {
    timer = undefined;
    if (panel.hidden) return;
    const { state } = view();
    const headings = headingsOf(state);
    const key = headings.map(({ level, words }) => `${level} ${words}`).join("\n");
    const buttons = () => [...list.querySelectorAll("button")];
    if (key !== shown || !list.firstChild) {
      shown = key;
      const least = Math.min(...headings.map(({ level }) => level));
      const had = buttons().indexOf(document.activeElement as HTMLButtonElement);
      list.replaceChildren(
        ...headings.map(({ level, words }, at) => {
          const jump = button(words, () => {
            if (floats()) close();
            goTo(view(), headingsOf(view().state)[at]?.from ?? 0);
          }, `level${Math.min(level - least, 3)}`);
          return make("li", {}, jump);
        }),
      );
      if (headings.length === 0) list.append(make("li", { class: "soft" }, "There are no headings yet. The button “Heading” makes one."));
      buttons()[had]?.focus();
    }
    const now = headingAt(headings, state.selection.main.head);
    buttons().forEach((one, at) => (at === now ? one.setAttribute("aria-current", "true") : one.removeAttribute("aria-current")));
  };
  return {
    isOpen: () => !panel.hidden,
    refresh: () => void (panel.hidden || (timer ??= setTimeout(draw, REDRAW_MS))),
    toggle() {
      panel.hidden = !panel.hidden;
      changed();
      draw();
      const goal = panel.querySelector<HTMLElement>("[aria-current]") ?? panel.querySelector<HTMLElement>("li button, button");
      if (panel.hidden) view().focus();
      else goal?.focus();
    },
  };
}
