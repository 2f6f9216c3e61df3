/** Dialogs that are made when they are asked for. The browser keeps the focus inside and gives it back. */
import { button, make } from "./dom";

/** A modal dialog with a title, closed by Escape or its button. `closed` runs once it is gone. */
export function openDialog(title: string, content: Node[], closed = () => {}): HTMLDialogElement {
  const heading = make("h2", { id: "live-dialog-title", tabindex: "-1" }, title);
  const close = button("Close", () => dialog.close(), "press quiet close");
  const dialog = make("dialog", { class: "live-dialog", "aria-labelledby": heading.id }, make("div", { class: "dialog-head" }, heading, close), ...content);
  dialog.addEventListener("close", () => {
    dialog.remove();
    closed();
  });
  document.body.append(dialog);
  dialog.showModal();
  heading.focus();
  return dialog;
}
