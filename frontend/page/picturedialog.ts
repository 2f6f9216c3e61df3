/** Asks for a picture and for what it shows, and puts it into the text. Without words for it, it does not go in. */
import { EditorView } from "@codemirror/view";
import { type Upload, upload } from "../network/upload";
import { putPicture } from "../text/picture";
import { make, part } from "./dom";
import { readSettings } from "./settings";
import { draw, read, shrink } from "./shrink";

const MOST_BYTES = 5 * 1024 * 1024;
const PATIENCE_MS = 1000;
const PREVIEW = 320;

/** One question, and room for what is wrong with the answer. */
function field<T extends HTMLElement>(id: string) {
  const input = part<T>(id);
  const say = (why: string) => {
    part(`${id}-wrong`).textContent = why;
    input.toggleAttribute("aria-invalid", false);
    if (!why) return;
    input.setAttribute("aria-invalid", "true");
    input.focus();
  };
  return { input, say };
}

/** How much has been sent, in words and as a bar; shown only when it takes longer than a moment. */
function meter() {
  const bar = make("progress", { max: "1", "aria-label": "Sent so far" });
  const row = part("live-picture-sent");
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    begin: () => void (timer = setTimeout(() => row.replaceChildren("Sending the picture … ", bar), PATIENCE_MS)),
    tell: (share: number) => void (bar.value = share),
    end() {
      clearTimeout(timer);
      row.replaceChildren();
    },
  };
}

/** Open the dialog, with a picture that was dropped or pasted if there is one. */
export function askForPicture(view: EditorView, given: File | null = null): void {
  const dialog = part<HTMLTemplateElement>("live-picture-asks").content.firstElementChild!.cloneNode(true) as HTMLDialogElement;
  document.body.append(dialog);
  const [file, words] = [field<HTMLInputElement>("live-picture-file"), field<HTMLTextAreaElement>("live-picture-words")];
  const preview = dialog.querySelector("canvas")!;
  const sent = meter();
  const [put, cancel] = dialog.querySelectorAll("button");
  cancel!.onclick = () => dialog.close();
  let chosen = given;
  let bitmap: Promise<ImageBitmap | null> = Promise.resolve(null);
  let running: Upload | null = null;
  let busy = false;

  const look = async () => {
    file.say("");
    preview.hidden = true;
    if (!chosen) return;
    bitmap = read(chosen);
    const found = await bitmap;
    if (!found) return;
    draw(found, preview, PREVIEW);
    preview.hidden = false;
  };

  const send = async (picture: File) => {
    const { event, csrf } = readSettings();
    const smaller = await shrink(picture, await bitmap);
    if (smaller.size > MOST_BYTES) throw new Error("This picture is larger than 5 MB. Make it smaller, or choose another.");
    if (!dialog.open) return;
    running = upload(event, csrf, smaller, sent.tell);
    const address = await running.address;
    dialog.close();
    if (!view.state.readOnly) view.dispatch(putPicture(view.state, words.input.value, address));
  };

  const finish = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    file.say("");
    words.say("");
    if (!words.input.value.trim()) words.say("Say what the picture shows. Without that it says nothing to people who cannot see it.");
    if (!chosen) file.say("Choose a picture first.");
    if (!chosen || !words.input.value.trim()) return;
    busy = true;
    put!.setAttribute("aria-disabled", "true");
    sent.begin();
    await send(chosen).catch((error: Error) => file.say(error.message));
    sent.end();
    put!.removeAttribute("aria-disabled");
    busy = false;
  };

  file.input.addEventListener("change", () => {
    chosen = file.input.files?.[0] ?? null;
    void look();
  });
  dialog.addEventListener("submit", (event) => void finish(event));
  dialog.addEventListener("close", () => {
    running?.stop();
    dialog.remove();
    view.focus();
  });
  dialog.showModal();
  void look();
  if (given) {
    dialog.querySelector("label")!.textContent = "Choose another picture";
    words.input.focus();
  }
}

const pictureIn = (data: DataTransfer | null): File | null => Array.from(data?.files ?? []).find(({ type }) => type.startsWith("image/")) ?? null;

/** A picture that is dropped or pasted is asked about like one that was chosen; words that come with one go first. */
export const takesPictures = EditorView.domEventHandlers({
  paste(event, view) {
    const found = pictureIn(event.clipboardData);
    if (!found || view.state.readOnly || event.clipboardData?.getData("text/plain")) return false;
    askForPicture(view, found);
    return true;
  },
  drop(event, view) {
    const found = pictureIn(event.dataTransfer);
    if (!found || view.state.readOnly) return false;
    const at = view.posAtCoords({ x: event.clientX, y: event.clientY });
    if (at !== null) view.dispatch({ selection: { anchor: at } });
    askForPicture(view, found);
    return true;
  },
});
