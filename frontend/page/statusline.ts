/** The status on screen at once, and spoken rarely: only what lasts, and never a pair of "Saving" and "Saved" for each word typed. */
import { part } from "./dom";
import type { Kind, Status } from "./status";

const SPEAK_MS = 5000;
const MARK_TITLE_MS = 2000;

const UNSAVED: ReadonlySet<Kind> = new Set<Kind>(["saving", "kept", "unkept"]);

export interface StatusLine {
  show(status: Status): void;
}

export function openStatusLine(): StatusLine {
  const line = part("live-status");
  const spoken = part("live-spoken");
  const title = document.title;
  let shown: Status = { kind: "connecting", words: "" };
  let said: Kind = "connecting";
  let speaking: ReturnType<typeof setTimeout> | undefined;
  let marking: ReturnType<typeof setTimeout> | undefined;

  const speak = () => {
    speaking = undefined;
    if (shown.kind === said) return;
    said = shown.kind;
    spoken.classList.remove("told"); // the line itself shows it
    spoken.textContent = shown.words;
  };
  const markTitle = () => void (document.title = UNSAVED.has(shown.kind) ? `• ${title}` : title);

  return {
    show(status) {
      if (status.words === shown.words && status.kind === shown.kind) return;
      if (status.kind !== shown.kind) {
        clearTimeout(speaking);
        clearTimeout(marking);
        speaking = setTimeout(speak, SPEAK_MS);
        marking = setTimeout(markTitle, UNSAVED.has(status.kind) ? MARK_TITLE_MS : 0);
      }
      shown = status;
      line.dataset.kind = status.kind;
      line.textContent = status.words;
    },
  };
}
