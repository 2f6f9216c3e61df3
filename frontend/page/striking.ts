/** Strike, for facilitators: the words that are selected go to the page on which they are struck. */
import type { EditorView } from "@codemirror/view";
import type { Tool } from "./tools";

const form = () => document.querySelector<HTMLFormElement>("#live-strike");

/** The button below the text takes what is selected along, in the form: words are never in an address. */
export function strikeWhatIsSelected(view: () => EditorView): void {
  form()?.addEventListener("submit", () => {
    const { from, to } = view().state.selection.main;
    form()!.querySelector<HTMLInputElement>("[name=words]")!.value = view().state.sliceDoc(from, to);
  });
}

/** In the menu. */
export const striking = (): Tool[] => [
  { words: "Strike words …", reads: true, offered: () => form() !== null, run: () => form()!.requestSubmit() },
];
