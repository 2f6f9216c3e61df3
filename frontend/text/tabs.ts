/** What Tab and Enter do inside lists and tables. Elsewhere Tab leaves the text, and everywhere Escape and then Tab does. */
import { Prec, type TransactionSpec } from "@codemirror/state";
import { type Command, keymap } from "@codemirror/view";
import { setIn } from "./lists";
import { nextCell, nextRow, placeIn } from "./tables";

const tab = (back: boolean): Command => ({ state, dispatch }) => {
  if (state.readOnly) return false;
  const place = placeIn(state);
  const spec: TransactionSpec | null = place ? (nextCell(place, back) ?? {}) : setIn(state, back);
  if (spec) dispatch(state.update(spec));
  return spec !== null;
};

const enter: Command = ({ state, dispatch }) => {
  const place = state.readOnly ? null : placeIn(state);
  if (place) dispatch(state.update(nextRow(state, place)));
  return place !== null;
};

export const tabs = Prec.highest(
  keymap.of([
    { key: "Tab", run: tab(false), shift: tab(true) },
    { key: "Enter", run: enter, shift: () => false },
  ]),
);
