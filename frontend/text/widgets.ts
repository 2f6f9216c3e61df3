/** The two signs that stand in the text in place of Markdown marks: a bullet and a box to tick. */
import { type EditorView, WidgetType } from "@codemirror/view";

class Bullet extends WidgetType {
  override eq(): boolean {
    return true;
  }

  override toDOM(): HTMLElement {
    const sign = document.createElement("span");
    sign.className = "md-bullet";
    sign.textContent = "•";
    sign.setAttribute("aria-hidden", "true");
    return sign;
  }
}

class TaskBox extends WidgetType {
  constructor(readonly done: boolean) {
    super();
  }

  override eq(other: TaskBox): boolean {
    return other.done === this.done;
  }

  override toDOM(view: EditorView): HTMLElement {
    const box = document.createElement("input");
    box.type = "checkbox";
    box.className = "md-task";
    box.checked = this.done;
    box.disabled = view.state.readOnly;
    box.tabIndex = -1;
    box.setAttribute("aria-label", "Done");
    // the cursor stays where it is
    box.addEventListener("mousedown", (event) => event.preventDefault());
    box.addEventListener("change", () => {
      const from = view.posAtDOM(box);
      view.dispatch({ changes: { from: from + 1, to: from + 2, insert: box.checked ? "x" : " " }, userEvent: "input" });
    });
    return box;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

export const bullet = new Bullet();
export const taskBox = (done: boolean) => new TaskBox(done);
