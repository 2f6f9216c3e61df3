/** Whether Markdown's own characters are shown everywhere or only on the line that is being written. */
import { StateEffect, StateField } from "@codemirror/state";

export const showMarks = StateEffect.define<boolean>();

export const marksShown = StateField.define<boolean>({
  create: () => false,
  update: (shown, transaction) => transaction.effects.find((effect) => effect.is(showMarks))?.value ?? shown,
});
