/** The button that shows Markdown's own characters everywhere; readers have it too. */
import type { EditorView } from "@codemirror/view";
import { marksShown, showMarks } from "../text/marks";
import { part } from "./dom";

/** Let the button work on this view, in place of an earlier one, as it was last pressed. */
export function offerMarks(view: EditorView): void {
  const button = part<HTMLButtonElement>("live-marks");
  const show = (shown: boolean) => {
    view.dispatch({ effects: showMarks.of(shown) });
    button.setAttribute("aria-pressed", String(shown));
  };
  show(button.getAttribute("aria-pressed") === "true");
  button.onclick = () => show(!view.state.field(marksShown));
  button.hidden = false;
}
