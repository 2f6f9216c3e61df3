/** Texts that were not taken, each with its reason, beside the fresh copy: copy it, put it back, or throw it away. */
import type { EditorView } from "@codemirror/view";
import type { Aside, Asides } from "../keeping/asides";
import { additions, asChanges } from "../text/difference";
import { button, make, part } from "./dom";

/** What only the set-aside text has, for reading. */
function pieces(aside: Aside, current: string): HTMLElement | null {
  const found = additions(current, aside.text);
  if (found.length === 0 || found.length > 50) return null;
  const items = found.map(({ words }) => make("li", {}, make("ins", {}, words.trim())));
  return make("div", {}, make("p", {}, "Words that are only in your text:"), make("ul", { class: "pieces" }, ...items));
}

async function copyText(field: HTMLTextAreaElement, told: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(field.value);
    told.textContent = "Copied.";
  } catch {
    field.select();
    told.textContent = "Your browser did not allow it. The text is selected: copy it with Ctrl+C.";
  }
}

function putBack(aside: Aside, view: EditorView): void {
  const current = view.state.doc.toString();
  view.dispatch({ changes: asChanges(current, additions(current, aside.text)), userEvent: "input.paste" });
  view.focus();
}

function panel(aside: Aside, asides: Asides, view: EditorView | null, draw: () => void): HTMLElement {
  const field = make("textarea", { readonly: "", rows: "6", "aria-label": "Your text, as it was in this browser" });
  field.value = aside.text;
  const told = make("p", { class: "told", role: "status" });
  const done = () => {
    void asides.remove(aside.id);
    draw();
  };
  const back = button("Put it back in as your own words", () => {
    putBack(aside, view!);
    done();
  });
  back.hidden = !view || view.state.readOnly;
  const away = button("Throw it away", () => {
    if (confirm("Throw away the text that was set aside? It is nowhere else.")) done();
  });
  return make(
    "section",
    { class: "set-aside", "aria-label": "A text that was set aside" },
    make("h2", {}, "Your text was set aside"),
    make("p", {}, aside.reason === "no_right" && !back.hidden ? "It was not taken, because you could not write then. You can write again." : `It was not taken. ${aside.message}`),
    view && pieces(aside, view.state.doc.toString()),
    make("details", {}, make("summary", {}, "The whole text"), field),
    make("div", { class: "acts" }, button("Copy it", () => void copyText(field, told)), back, away),
    told,
  );
}

/** Draw all texts that are set aside; `view` is null while there is no fresh copy. */
export function showAsides(asides: Asides, view: () => EditorView | null): () => void {
  const place = part("live-asides");
  const draw = () => {
    const found = asides.all();
    place.hidden = found.length === 0;
    place.replaceChildren(...found.map((aside) => panel(aside, asides, view(), draw)));
  };
  draw();
  return draw;
}
