/** Asks how large a table is to be. */
import type { EditorView } from "@codemirror/view";
import { insertTable } from "../text/tables";
import { openDialog } from "./dialog";
import { make } from "./dom";

const [MOST_COLUMNS, MOST_ROWS] = [10, 50];

function number(id: string, words: string, value: number, most: number): [HTMLElement, HTMLInputElement] {
  const input = make("input", { id, type: "number", inputmode: "numeric", min: "1", max: String(most), value: String(value), required: "" });
  return [make("div", { class: "field" }, make("label", { for: id }, words), input), input];
}

export function askForTable(view: EditorView): void {
  const [across, columns] = number("live-table-columns", "Columns", 3, MOST_COLUMNS);
  const [down, rows] = number("live-table-rows", "Rows under the headings", 3, MOST_ROWS);
  const hint = make("p", { class: "soft" }, "Tab goes to the next cell, Enter to the next row. More rows and columns: in the menu “More”, while you are in the table.");
  const form = make("form", { method: "dialog" }, make("div", { class: "two" }, across, down), hint, make("div", { class: "presses" }, make("button", { class: "press" }, "Put it in")));
  let wanted = false;
  form.addEventListener("submit", () => void (wanted = true));
  openDialog("Table", [form], () => {
    if (wanted) view.dispatch(insertTable(view.state, columns.valueAsNumber, rows.valueAsNumber));
    view.focus();
  });
  columns.focus();
}
