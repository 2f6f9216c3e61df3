/** The switch between writing and suggesting, and what was typed while suggesting: kept here, told place by place, sent together. */
import type { EditorView } from "@codemirror/view";
import { handOverForks, openForkShelf, type ForkShelf } from "../keeping/forks";
import { forkName } from "../keeping/names";
import { type Change, type Fork, FROM_SHARED, openFork, without } from "../text/fork";
import { markSuggested } from "../text/suggested";
import { announce as say, button, make, part } from "./dom";
import { goTo } from "./outlinepanel";
import type { Round } from "./round";
import type { Settings } from "./settings";

const SEND_MS = 20_000;
const DRAW_MS = 120;
/** a window that was closed just now may take so long to let go */
const CLOSING_MS = 500;

/** What waits to be suggested; null while nobody suggests. */
export type Suggesting = { changes: number; kept: boolean | null } | null;

export interface Means {
  view(): EditorView;
  /** The editor is to show what `fork` says now. */
  show(): void;
  tell(suggesting: Suggesting): void;
  /** These words were suggested in a text that was started anew since. */
  aside(words: string, epoch: string): Promise<boolean>;
  /** Suggestions stand beside the text now. */
  made(): void;
}

export interface Mode {
  /** What the editor shows; null is the text itself. */
  fork(): Fork | null;
  /** This is the text that suggestions are for. `show` follows. */
  follow(round: Round): void;
  /** Whether one may write in it oneself. */
  mayWrite(may: boolean): void;
}

const count = (changes: number) => (changes === 1 ? "1 change" : `${changes} changes`);

const key = ({ anchor, words }: Change) => JSON.stringify([anchor, words]);

export function openSuggesting(settings: Settings, means: Means): Mode {
  const form = document.querySelector<HTMLFormElement>("#live-mode");
  if (!form || !settings.urls.suggestions) return { fork: () => null, follow() {}, mayWrite() {} };
  const [panel, list, reason, wrong] = [part("live-changes"), part("live-changes-list"), part<HTMLInputElement>("live-changes-reason"), part("live-changes-wrong")];
  const [plain, suggesting] = [...form.querySelectorAll<HTMLInputElement>("input")] as [HTMLInputElement, HTMLInputElement];
  const [look, send] = [part("live-changes-look"), part<HTMLButtonElement>("live-changes-send")];
  let round: Round | null = null;
  let epoch = "";
  /** It lives on while one writes, if there are changes in it. */
  let fork: Fork | null = null;
  let on = false;
  let shelf: ForkShelf | null = null;
  let changes: Change[] = [];
  let shown = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  let beginning: Promise<void> | null = null;
  /** the words that an earlier page kept */
  let before = "";
  /** what is sent is called so until an answer came, so that it can be sent again */
  let batch = "";
  let letGo = () => {};

  const tell = () => means.tell(on ? { changes: changes.length, kept: shelf?.kept() ?? false } : null);
  const soon = () => void (timer ??= setTimeout(draw, DRAW_MS));

  function entry(change: Change, at: number): HTMLElement {
    const piece = (name: "del" | "ins", label: string, words: string) => (words ? make(name, {}, make("span", { class: "vh" }, label), words) : null);
    const there = button("Go there", () => {
      turn(true);
      goTo(means.view(), fork!.changes()[at]!.to);
    }, "press text");
    const away = button("Throw this away", () => {
      const gone = key(changes[at]!);
      use(without(round!.text, fork!, (one) => key(one) === gone));
      say("Thrown away.");
      part("live-changes-title").focus();
    }, "press text");
    for (const one of [there, away]) one.append(make("span", { class: "vh" }, `: change ${at + 1}`));
    return make("li", { class: "card", "data-kind": "suggestion" }, make("p", { class: "passage", dir: "auto" }, piece("del", "Out: ", change.quote), piece("ins", "In: ", change.words)), make("div", { class: "presses" }, there, away));
  }

  function draw(): void {
    clearTimeout(timer);
    timer = undefined;
    // an input method loses what is being composed when the words around it are drawn anew
    if (on && means.view().composing) return soon();
    changes = fork?.changes() ?? [];
    if (on) means.view().dispatch({ effects: markSuggested.of(fork!.traces()) });
    panel.hidden = !fork;
    look.hidden = changes.length === 0;
    look.textContent = on ? "See them" : `${count(changes.length)} not yet suggested`;
    part("live-changes-none").hidden = changes.length > 0;
    part("live-changes-form").hidden = changes.length === 0;
    send.textContent = changes.length === 1 ? "Suggest it" : "Suggest them";
    const now = changes.map(key).join();
    if (now !== shown) list.replaceChildren(...changes.map(entry));
    shown = now;
    tell();
  }

  const keep = () => {
    const now = fork;
    if (!now) return;
    shelf?.put(() => {
      // what rests on characters that are not here yet is told by the words it was kept with
      const waits = now.waits();
      return { update: now.own(), unsent: now.changes().length + Number(waits), words: waits ? before : now.ownWords(), batch };
    });
  };

  function set(next: Fork | null): void {
    fork?.close();
    fork = next;
    next?.text.doc!.on("update", (_update, origin) => {
      if (origin !== FROM_SHARED) keep();
      soon();
    });
    keep();
  }

  /** Go on with this copy. */
  function use(next: Fork): void {
    set(next);
    if (on) means.show();
    draw();
    if (!on) leave();
  }

  /** Nothing is kept for whoever has changed nothing. */
  function leave(): void {
    if (fork?.changes().length) return;
    const waits = fork?.waits();
    fork?.close();
    fork = null;
    if (!waits) shelf?.empty();
    letGo();
    draw();
  }

  function turn(to: boolean): void {
    [plain.checked, suggesting.checked] = [!to, to];
    if (on === to) return;
    on = to;
    means.show();
    if (!on) leave();
    draw();
  }

  /** One at a time: who presses while an earlier page's changes are being fetched has begun already. */
  const begin = (): Promise<void> => (beginning ??= start().finally(() => (beginning = null)));

  async function start(): Promise<void> {
    const mine = round!;
    if (!fork) {
      const name = forkName(settings.draftId, epoch, settings.person.id);
      const free = await alone(name);
      if (!free) {
        plain.checked = true;
        return say("You are suggesting in another window already. Go on there, or close it.");
      }
      const opened = settings.keep ? await openForkShelf(name, tell) : null;
      letGo = () => {
        free();
        opened?.close();
        shelf = null;
      };
      if (round !== mine) {
        letGo();
        return start();
      }
      shelf = opened;
      const copy = openFork(mine.text);
      opened?.found.forEach(({ update }) => copy.take(update));
      batch = opened?.found[0]?.batch ?? crypto.randomUUID();
      before = opened?.found.map(({ words }) => words).join("\n\n") ?? "";
      set(copy);
    }
    turn(true);
  }

  /** An earlier page kept something: go on with it. */
  async function find(): Promise<void> {
    const mine = round;
    await handOverForks(settings.draftId, settings.person.id, epoch, means.aside).catch(() => {});
    const earlier = await openForkShelf(forkName(settings.draftId, epoch, settings.person.id), () => {});
    earlier.close();
    if (earlier.found.length && round === mine && !fork) await begin();
  }

  async function post(): Promise<void> {
    const some = fork!.changes().slice(0, settings.suggestionsAtOnce);
    if (some.length === 0) return;
    wrong.textContent = "";
    send.disabled = true;
    const body = JSON.stringify({ changes: some.map(({ anchor, words }) => ({ anchor, words })), reason: reason.value, batch });
    const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": settings.csrf };
    const answer = await fetch(settings.urls.suggestions!, { method: "POST", headers, body, signal: AbortSignal.timeout(SEND_MS) }).catch(() => null);
    const said = (await answer?.json().catch(() => null)) as { said?: string; detail?: string } | null;
    send.disabled = false;
    if (!answer?.ok)
      return void (wrong.textContent = said?.detail
        ? `${said.detail} Nothing was sent, and your changes are still here.`
        : "No answer came: there is no connection. Send them again later; nothing is made twice, and your changes are still here.");
    reason.value = "";
    batch = crypto.randomUUID();
    const sent = new Set(some.map(key));
    use(without(round!.text, fork!, (change) => sent.has(key(change))));
    means.made();
    say(said?.said ?? "");
    means.view().focus();
  }

  form.addEventListener("change", () => {
    if (!suggesting.checked) return turn(false);
    void begin().then(() => on && say("What you type changes nothing in the text. It waits in this browser until you suggest it."));
  });
  look.addEventListener("click", () => part("live-changes-title").focus());
  part("live-changes-form").addEventListener("submit", (event) => {
    event.preventDefault();
    void post();
  });
  part("live-changes-away").addEventListener("click", () => {
    if (!confirm(`Throw away ${count(changes.length)}? They are nowhere else.`)) return;
    use(openFork(round!.text));
    say("Thrown away.");
    means.view().focus();
  });
  return {
    fork: () => (on ? fork : null),
    follow(next) {
      const [own, words, last] = [fork?.own(), fork?.ownWords(), epoch];
      [round, epoch] = [next, next.epoch()];
      form.hidden = false;
      if (own && epoch === last) {
        const copy = openFork(next.text);
        copy.take(own);
        set(copy);
        return soon();
      }
      if (own) {
        // of a text that was started anew nothing fits any more
        turn(false);
        const kept = shelf;
        shelf = null;
        set(null);
        leave();
        // what cannot be set aside stays on the shelf, from where it is handed over another time
        const done = words ? means.aside(words, last) : Promise.resolve(true);
        void done.then((is) => is && kept?.empty());
      }
      if (settings.keep) void find();
    },
    mayWrite: (may) => void (part("live-mode-plain").textContent = may ? "You are writing" : "You are reading"),
  };
}

/** One window of this browser suggests at a time. Resolves with what ends it, or with null while another does. */
function alone(name: string): Promise<(() => void) | null> {
  if (!navigator.locks) return Promise.resolve(() => {});
  return new Promise((done) => {
    const signal = AbortSignal.timeout(CLOSING_MS);
    navigator.locks.request(name, { signal }, () => new Promise<void>((free) => done(free))).catch(() => done(null));
  });
}
