/** Keeps tools and the line being written in sight while a keyboard covers half of the screen. */
import { EditorView } from "@codemirror/view";

/** Tell the style sheet how much of the page's bottom is covered, and bring the cursor back into what is left. */
export function mindKeyboard(view: () => EditorView | null): void {
  const screen = window.visualViewport;
  if (!screen) return;
  const mind = () => {
    // whoever zooms in has no keyboard up
    const covered = screen.scale > 1.05 ? 0 : Math.max(0, innerHeight - screen.height - screen.offsetTop);
    document.documentElement.style.setProperty("--covered", `${Math.round(covered)}px`);
  };
  screen.addEventListener("scroll", mind);
  screen.addEventListener("resize", () => {
    mind();
    const now = view();
    if (now?.hasFocus) now.dispatch({ effects: EditorView.scrollIntoView(now.state.selection.main.head) });
  });
}
