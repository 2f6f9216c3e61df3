/** Asks how large a table is to be. */
import type { EditorView } from "@codemirror/view";
import { insertTable } from "../text/tables";
import { part } from "./dom";

export function askForTable(view: EditorView): void {
  const dialog = part<HTMLDialogElement>("live-table");
  const [columns, rows] = [part<HTMLInputElement>("live-table-columns"), part<HTMLInputElement>("live-table-rows")];
  dialog.returnValue = "";
  dialog.onclose = () => {
    if (dialog.returnValue === "put") view.dispatch(insertTable(view.state, columns.valueAsNumber, rows.valueAsNumber));
    view.focus();
  };
  dialog.showModal();
  columns.focus();
}
