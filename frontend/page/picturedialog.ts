/** Asks for a picture and for what it shows, and puts it into the text. Without words for it, it does not go in. */
import { EditorView } from "@codemirror/view";
import { type Upload, upload } from "../network/upload";
import { putPicture } from "../text/picture";
import { button, make } from "./dom";
import { readSettings } from "./settings";
import { draw, read, shrink } from "./shrink";

const MOST_BYTES = 5 * 1024 * 1024;
const PATIENCE_MS = 1000;
const PREVIEW = 320;
const HINT = "Required. One sentence for everybody who cannot see it: what is there to see, and why it stands here. Words in the picture belong in it.";

/** One question with its hint, and room for what is wrong with the answer. */
function field<T extends HTMLElement>(input: T, words: string, hint: string) {
  const wrong = make("span", { class: "wrong", id: `${input.id}-wrong`, role: "alert" });
  input.setAttribute("aria-describedby", `${input.id}-hint ${wrong.id}`);
  const label = make("label", { for: input.id }, words);
  const row = make("div", { class: "field" }, label, make("span", { class: "hint", id: `${input.id}-hint` }, hint), wrong, input);
  const say = (why: string) => {
    wrong.textContent = why;
    input.toggleAttribute("aria-invalid", false);
    if (!why) return;
    input.setAttribute("aria-invalid", "true");
    input.focus();
  };
  return { row, input, say };
}

/** How much has been sent, in words and as a bar; shown only when it takes longer than a moment. */
function meter() {
  const bar = make("progress", { max: "1", "aria-label": "Sent so far" });
  const row = make("p", { class: "sending", role: "status" });
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    row,
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
  const file = field(make("input", { id: "live-picture-file", type: "file", accept: "image/*" }), "The picture", "At most 5 MB. The place and the camera that a photograph names are taken out of it. Everybody in it should have agreed.");
  const words = field(make("textarea", { id: "live-picture-words", rows: "3", maxlength: "500", "aria-required": "true" }), "What it shows", HINT);
  const preview = make("canvas", { width: "1", height: "1", role: "img", "aria-label": "The picture that you chose", hidden: "" });
  const sent = meter();
  const put = make("button", { class: "press" }, "Put it in");
  const form = make("form", { novalidate: "" }, file.row, preview, words.row, sent.row, make("div", { class: "presses" }, put, button("Cancel", () => dialog.close())));
  const dialog = make("dialog", { id: "live-picture", "aria-labelledby": "live-picture-title" }, make("h2", { id: "live-picture-title" }, "Picture"), form);
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
    put.setAttribute("aria-disabled", "true");
    sent.begin();
    await send(chosen).catch((error: Error) => file.say(error.message));
    sent.end();
    put.removeAttribute("aria-disabled");
    busy = false;
  };

  file.input.addEventListener("change", () => {
    chosen = file.input.files?.[0] ?? null;
    void look();
  });
  form.addEventListener("submit", (event) => void finish(event));
  dialog.addEventListener("close", () => {
    running?.stop();
    dialog.remove();
    view.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  void look();
  if (given) {
    file.row.querySelector("label")!.textContent = "Choose another picture";
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
