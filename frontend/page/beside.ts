/** What stands beside the text: suggestions, comments and questions, as they come; and a dialog to add one. */
import type { EditorView } from "@codemirror/view";
import type * as Y from "yjs";
import type { Fork } from "../text/fork";
import { type Anchor, anchorOf, placeOf, type Range } from "../text/ids";
import { type Mark, markRemarks } from "../text/remarked";
import { openCardWalk } from "./cardwalk";
import { announce, part } from "./dom";
import { runClocks } from "./running";
import type { Settings } from "./settings";
import type { Tool } from "./tools";

const AGAIN_MS = 4000;

export interface Beside {
  /** This is the text that they are beside, and what is suggested in it. */
  follow(text: Y.Text, fork: Fork | null): void;
  /** Something was suggested, said or decided. */
  refresh(): void;
  tools: Tool[];
  /** For the menu only. */
  more: Tool[];
}

export function openBeside(settings: Settings, view: () => EditorView): Beside {
  const panel = part("live-cards");
  let text: Y.Text | null = null;
  let own: Fork | null = null;
  let under: Promise<void> | null = null;
  let stale = false;
  let shown = "";
  let first = 1;
  let stopClocks = () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;

  const place = ({ dataset }: HTMLElement) => (text && dataset.ids ? placeOf(text, JSON.parse(dataset.ids) as Range[]) : null);
  const marks = (): Mark[] =>
    [...panel.querySelectorAll<HTMLElement>("[data-ids]:not([data-point])")].flatMap((card) => {
      const here = place(card);
      return here ? [{ ...here, kind: `${card.dataset.kind}${card === walk.now() ? " asked" : ""}` }] : [];
    });
  const mark = () => view().dispatch({ effects: markRemarks.of(marks()) });
  const walk = openCardWalk(settings, view, place, mark, load);

  /** What is put forward stands above the text, where it is seen. */
  const showWhatWaits = () => {
    const waiting = part("live-waiting");
    waiting.replaceChildren(...panel.querySelectorAll(".waits"));
    stopClocks();
    stopClocks = runClocks(waiting);
  };

  async function fresh(): Promise<void> {
    clearTimeout(timer);
    const asked = first;
    // wherever the card that somebody is at has come to, that page is shown
    const at = walk.now() ? `&at=${walk.now()!.id.slice(1)}` : "";
    // the first address is the one that the page has begun to load
    const answer = await fetch(`${settings.urls.remarks}?part${asked > 1 ? `&from=${asked}` : ""}${at}`).catch(() => null);
    // bad Wi-Fi breaks off in the middle, too, or answers with a page of its own
    const html = answer?.ok ? await answer.text().catch(() => null) : null;
    if (html?.includes("data-first")) {
      if (html !== shown) walk.around(() => void (panel.innerHTML = html));
      if (html !== shown) showWhatWaits();
      shown = html;
      // somebody may have turned the page meanwhile
      if (first === asked) first = Number(panel.querySelector<HTMLElement>("[data-first]")!.dataset.first);
      mark();
    } else if (!answer || answer.ok || answer.status >= 429) timer = setTimeout(() => void load(), AGAIN_MS);
  }

  /** Resolves once what was there when it was called is shown. */
  async function load(from = first): Promise<void> {
    first = from;
    stale = true;
    under ??= (async () => {
      try {
        while (stale) {
          stale = false;
          await fresh();
        }
      } finally {
        under = null;
      }
    })();
    await under;
  }

  const tools: Tool[] = settings.urls.beside ? [{ words: "Comment", label: "Suggest or comment", key: "Mod-Alt-m", reads: true, run: (now) => text && ask(settings, now, text, own, load) }] : [];
  return {
    tools,
    more: walk.tools,
    follow(next, fork) {
      [text, own] = [next, fork];
      void load();
    },
    refresh: () => void load(),
  };
}

/** Open the dialog for the words that are selected, or for the place where the cursor is. */
function ask(settings: Settings, view: EditorView, text: Y.Text, own: Fork | null, added: () => Promise<void>): void {
  const { from, to } = view.state.selection.main;
  const quote = view.state.sliceDoc(from, to);
  const dialog = part<HTMLDialogElement>("live-beside");
  const form = dialog.querySelector("form")!;
  const [words, reason, wrong] = [part<HTMLTextAreaElement>("live-beside-words"), part<HTMLInputElement>("live-beside-reason"), part("live-beside-wrong")];
  form.reset();
  part("live-beside-quote").textContent = quote || "At the cursor. Select words first to speak of them.";
  // what is typed into an open composition is not in the shared text yet
  const anchor = text.toString().slice(from, to) === quote ? anchorOf(text, from, to) : null;
  const unclear = !anchor ? "The text changed. Please select the words again." : own && !own.isShared(anchor) ? "Some of these words are only suggested by you so far. Suggest them first, or select others." : "";
  wrong.textContent = unclear;
  const turn = () => {
    const { value, dataset } = form.querySelector<HTMLInputElement>(":checked")!;
    part("live-beside-asks").textContent = dataset.asks!;
    reason.parentElement!.hidden = value !== "suggestion";
    if (value !== "suggestion" && words.value === quote) words.value = "";
    else if (value === "suggestion") words.value ||= quote;
    return value;
  };
  form.onchange = turn;
  form.onsubmit = (event) => {
    if ((event.submitter as HTMLButtonElement).value === "cancel") return;
    event.preventDefault();
    const kind = turn();
    if (!unclear)
      void send(settings, { kind, anchor: kind === "suggestion" || quote ? anchor : null, words: words.value, reason: reason.value }).then((refusal) => {
        wrong.textContent = refusal;
        if (refusal) return words.focus();
        dialog.close();
        void added();
        announce("It stands beside the text now.");
      });
  };
  turn();
  dialog.showModal();
}

/** Resolves with why it was refused, or with nothing. */
async function send(settings: Settings, said: { kind: string; anchor: Anchor | null; words: string; reason: string }): Promise<string> {
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": settings.csrf };
  const answer = await fetch(settings.urls.beside!, { method: "POST", headers, body: JSON.stringify(said) }).catch(() => null);
  if (answer?.ok) return "";
  return ((await answer?.json().catch(() => null)) as { detail?: string } | null)?.detail ?? "Please try again in a moment.";
}
