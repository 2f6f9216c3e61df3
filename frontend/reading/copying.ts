/** A button that copies what stands in an element. Without script, one press selects it. */
import { make } from "../page/dom";

const SHOWN_MS = 4000;

/** After each element with `data-copy`, whose value is what the button is called. */
export function copies(): void {
  if (!navigator.clipboard) return; // an address that is not secure
  for (const source of document.querySelectorAll<HTMLElement>("[data-copy]")) source.after(button(source));
}

function button(source: HTMLElement): HTMLElement {
  const told = make("span", { role: "status", class: "soft" });
  const press = make("button", { type: "button", class: "press quiet screen-only" }, source.dataset.copy!);
  press.addEventListener("click", () => {
    const words = source.textContent!.replace(/\s+/g, " ").trim();
    navigator.clipboard.writeText(words).then(
      () => tell(told, "Copied."),
      () => tell(told, "This browser does not let us copy it. Select it by hand."),
    );
  });
  return make("p", {}, press, " ", told);
}

function tell(line: HTMLElement, words: string): void {
  line.textContent = words;
  setTimeout(() => (line.textContent = ""), SHOWN_MS);
}
