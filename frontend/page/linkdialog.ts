/** Asks for a link's words and address. */
import type { EditorView } from "@codemirror/view";
import { dropLink, linkAt, putLink, webAddress } from "../text/link";
import { part } from "./dom";

/** Open the dialog for the link, or the words, at the cursor. */
export function askForLink(view: EditorView): void {
  const dialog = part<HTMLDialogElement>("live-link");
  const [words, address] = [part<HTMLInputElement>("live-link-words"), part<HTMLInputElement>("live-link-address")];
  const wrong = part("live-link-wrong");
  const remove = part<HTMLButtonElement>("live-link-remove");
  const found = linkAt(view.state);
  words.value = found.words;
  address.value = found.address;
  wrong.textContent = "";
  address.removeAttribute("aria-invalid");
  remove.hidden = !found.address;

  const finish = (event: Event) => {
    const pressed = (event as SubmitEvent).submitter?.getAttribute("value");
    const target = pressed === "put" ? (address.value === found.address ? found.address : webAddress(address.value)) : null;
    if (pressed === "put" && !target) {
      event.preventDefault();
      wrong.textContent = "This is not a web or mail address. It looks like example.org/page or name@example.org.";
      address.setAttribute("aria-invalid", "true");
      address.focus();
    } else if (target) view.dispatch(putLink(linkAt(view.state), words.value, target));
    else if (pressed === "remove") view.dispatch(dropLink(linkAt(view.state)));
  };
  const form = dialog.querySelector("form")!;
  form.addEventListener("submit", finish);
  dialog.addEventListener("close", () => {
    form.removeEventListener("submit", finish);
    view.focus();
  }, { once: true });
  dialog.showModal();
  (words.value ? address : words).focus();
}
