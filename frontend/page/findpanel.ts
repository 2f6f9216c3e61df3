/** Find and replace, under the toolbar. */
import type { TransactionSpec } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type * as Y from "yjs";
import { currentOf, finding, lookFor, nearest, replaceAll, replaceOne, step } from "../text/finding";
import { button, make, part } from "./dom";

const SAY_MS = 400;

export interface FindPanel {
  open(): void;
  next(back: boolean): void;
  /** Show how many there are now. */
  refresh(view: EditorView): void;
}

export function openFindPanel(view: () => EditorView, undo: () => Y.UndoManager): FindPanel {
  const field = make("input", { id: "live-find-words", type: "text", placeholder: "Find", autocomplete: "off", autocapitalize: "none", enterkeyhint: "search" });
  const instead = make("input", { id: "live-find-instead", type: "text", placeholder: "Replace with", autocomplete: "off", autocapitalize: "none" });
  const caseful = make("input", { type: "checkbox", id: "live-find-case" });
  const count = make("p", { class: "count", role: "status" });
  const small = "press quiet";
  const all = button("Replace ", () => every(), `${small} all`);
  all.append(make("span", {}, "all"));
  const replacing = make(
    "div",
    { class: "replacing" },
    make("label", { for: instead.id }, "Replace with"),
    instead,
    button("Replace", () => replace(), small),
    all,
  );
  const panel = make(
    "form",
    { class: "find", role: "search", "aria-label": "Find and replace" },
    make(
      "div",
      { class: "find-row" },
      make("label", { for: field.id }, "Find"),
      field,
      count,
      button("Back", () => next(true), small),
      make("button", { type: "submit", class: small }, "Next"),
      button("Close", () => close(), small),
    ),
    make("div", { class: "find-row" }, replacing, make("label", { class: "case", for: caseful.id }, caseful, "Capitals matter")),
  );
  panel.hidden = true;
  part("live-top").append(panel);

  let said = "";
  let saying: ReturnType<typeof setTimeout> | undefined;
  const tell = (words: string) => {
    if (words === said) return;
    said = words;
    clearTimeout(saying);
    saying = setTimeout(() => void (count.textContent = words), count.textContent ? SAY_MS : 0);
  };
  const show = (spec: TransactionSpec | null) => {
    if (spec) view().dispatch(spec);
  };
  const look = () => {
    view().dispatch({ effects: lookFor.of({ words: field.value, caseful: caseful.checked }) });
    show(nearest(view().state));
  };
  const next = (back: boolean) => show(step(view().state, back));
  const oneStep = (act: () => void) => {
    if (view().state.readOnly) return;
    undo().stopCapturing();
    act();
    undo().stopCapturing();
  };
  const replace = () =>
    oneStep(() => {
      show(replaceOne(view().state, instead.value));
      next(false);
    });
  const every = () => {
    const { length } = view().state.field(finding).spans;
    oneStep(() => view().dispatch(replaceAll(view().state, instead.value)));
    tell(length === 0 ? "Nothing found" : `${length} replaced`);
  };
  const close = () => {
    panel.hidden = true;
    view().dispatch({ effects: lookFor.of(null) });
    view().focus();
  };
  field.addEventListener("input", look);
  caseful.addEventListener("change", look);
  panel.addEventListener("submit", (event) => {
    event.preventDefault();
    next(false);
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && event.target === field && event.shiftKey) next(true);
    else if (event.key === "Enter" && event.target === instead) replace();
    else return;
    event.preventDefault();
  });

  return {
    open() {
      const { state } = view();
      const { from, to } = state.selection.main;
      const chosen = state.sliceDoc(from, to);
      if (chosen && chosen.length < 100 && !chosen.includes("\n")) field.value = chosen;
      panel.hidden = false;
      replacing.hidden = state.readOnly;
      field.focus();
      field.select();
      look();
    },
    next: (back) => (panel.hidden ? undefined : next(back)),
    refresh({ state }) {
      if (panel.hidden) return;
      const { query, spans } = state.field(finding);
      // another life of the document has not heard yet what is looked for
      if (!query) return look();
      const at = currentOf(state);
      if (/replaced/.test(said) && spans.length === 0) return;
      tell(!field.value ? "" : spans.length === 0 ? "Nothing found" : at < 0 ? `${spans.length} found` : `${at + 1} of ${spans.length}`);
    },
  };
}
