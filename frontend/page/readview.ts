/** The text as readers will see it, beside the editor or in its place: laid out by the server when the typing pauses. */
import type { EditorView } from "@codemirror/view";
import type * as Y from "yjs";
import { make, part } from "./dom";
import type { Settings } from "./settings";

const QUIET_MS = 700;
/** a text that is being written without a pause is laid out this often */
const LONGEST_MS = 5000;
const AGAIN_MS = 6000;

export interface ReadView {
  toggle(): void;
  isOpen(): boolean;
  /** Read this text from now on. */
  follow(text: Y.Text): void;
}

const clock = (language: string): string => new Date().toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export function openReadView(settings: Settings, view: () => EditorView, changed: () => void): ReadView {
  const { urls, lang } = settings;
  const panel = part("live-read");
  const told = make("p", { class: "told", role: "status" });
  const page = make("div", { class: "prose", dir: "auto", tabindex: "0", role: "region", "aria-label": "The text as readers will see it" });
  panel.append(told, page);
  let text: Y.Text | null = null;
  let shown: string | null = null;
  let since = 0;
  let shownAt = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  let under = false;

  const plan = (wait_ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void lay(), wait_ms);
  };
  const onText = () => {
    if (panel.hidden) return;
    since ||= Date.now();
    plan(Math.max(0, Math.min(QUIET_MS, since + LONGEST_MS - Date.now())));
  };
  const late = (words: string) => void (told.textContent = shownAt ? `${words} This is the text as it was at ${shownAt}.` : words);

  /** As far down as the cursor is in the text. */
  function whereOneWrites(): number {
    const { doc, selection } = view().state;
    return (selection.main.head / Math.max(1, doc.length)) * page.scrollHeight - page.clientHeight / 2;
  }

  async function ask(words: string): Promise<boolean> {
    const answer = await fetch(urls.preview, { method: "POST", body: words, headers: { "Content-Type": "text/plain;charset=utf-8", "X-CSRFToken": settings.csrf } });
    if (!answer.ok) {
      late(answer.status === 413 ? "This text is too long for the read view." : "The read view cannot be brought up to date right now.");
      return answer.status < 429;
    }
    const html = await answer.text();
    const { scrollTop } = page;
    page.innerHTML = html;
    page.scrollTop = shown === null || view().hasFocus ? whereOneWrites() : scrollTop;
    shown = words;
    shownAt = clock(lang);
    told.textContent = "";
    return true;
  }

  async function lay(): Promise<void> {
    const words = text?.toString() ?? "";
    if (panel.hidden || words === shown) return;
    if (under) return plan(QUIET_MS);
    under = true;
    since = 0;
    const done = await ask(words).catch(() => {
      late("No connection.");
      return false;
    });
    under = false;
    if (!done) plan(AGAIN_MS);
  }

  return {
    isOpen: () => !panel.hidden,
    toggle() {
      panel.hidden = !panel.hidden;
      changed();
      if (panel.hidden) return;
      page.scrollTop = whereOneWrites();
      void lay();
    },
    follow(next) {
      text?.unobserve(onText);
      text = next;
      text.observe(onText);
      onText();
    },
  };
}
