/** The live page: one document after another at one desk, and one status in words for all of it. */
import * as Y from "yjs";
import { type Asides, openAsides } from "../keeping/asides";
import { handOverStrays } from "../keeping/copy";
import { LETTING_GO, removeCopies } from "../keeping/forget";
import { removeRows } from "../keeping/database";
import { copyName, noteStrikes, seenAt } from "../keeping/names";
import { keepShell, keepShellsOnlyOf } from "../keeping/shell";
import { clean, cleanAsides, cleanCopy, toText } from "../keeping/struck";
import { unsentHere } from "../keeping/unsent";
import type { Refusal } from "../network/network";
import type { Standing } from "../network/standing";
import { showAsides } from "./asidepanel";
import type { Desk, Telling } from "./desk";
import { deskLater } from "./desklater";
import { make, part } from "./dom";
import { endNews, tellNews } from "./news";
import { dropWhatIsThere, needsNewPage, setAside } from "./parting";
import { type Follower, type Means, openRound, type Round } from "./round";
import { describe, type Situation, wouldLose } from "./status";
import { openStatusLine, type StatusLine } from "./statusline";

const MINUTE_MS = 60_000;
const ENDINGS_A_MINUTE = 5;
const KEEP_AFTER_MS = 2000;
const SUGGESTED_BEFORE = "You had suggested it, and not sent it, before the live text was started anew.";
const STARTED_ANEW = "The live text was started anew while this browser was away.";

interface Page extends Means {
  desk: Desk;
  asides: Asides;
  drawAsides(): void;
  line: StatusLine;
  round: Round | null;
  situation: Situation;
  /** what this page needs without a network is being kept, or was */
  keeping: boolean;
  /** a text is set aside that the browser could not store */
  fragile: boolean;
  /** the newest public version that the page knows of; null if it does not say */
  version: number | null;
  /** when documents were refused for good, in ms since 1970 */
  endings: number[];
}

const NOTHING_YET: Standing = { phase: "connecting", again: false, mayWrite: true, unconfirmed: 0, saved: false, trouble: null };

/** The time of day, with the day unless it is today. */
function inWords(time: Date, language: string): string {
  const clock: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const today = time.toDateString() === new Date().toDateString();
  return today ? time.toLocaleTimeString(language, clock) : time.toLocaleString(language, { ...clock, day: "numeric", month: "short" });
}

const copyOf = ({ settings }: Page): string | null => {
  const seen = seenAt(copyName(settings.draftId, settings.epoch, settings.person.id));
  return seen === null ? null : inWords(new Date(seen), settings.lang);
};

function show(page: Page, standing: Standing, kept: boolean | null): void {
  const { situation, settings } = page;
  const confirmed = standing.saved && situation.standing.unconfirmed > 0;
  page.situation = {
    ...situation,
    standing,
    kept,
    shows: standing.phase === "live" ? "live" : situation.shows,
    restarted: page.asides.all().some(({ reason }) => reason === "other_epoch"),
    savedAt: confirmed ? inWords(new Date(), settings.lang) : situation.savedAt,
  };
  page.line.show(describe(page.situation));
}

function over(page: Page, refusal: Refusal): void {
  page.situation = { ...page.situation, ended: refusal.message };
  page.line.show(describe(page.situation));
  part("live-reload").hidden = false;
}

/** True if lives of the document end so fast that one more would not help. */
function hopeless(page: Page, round: Round): boolean {
  const now = Date.now();
  page.endings = [...page.endings.filter((at) => now - at < MINUTE_MS), now];
  return page.endings.length > ENDINGS_A_MINUTE || (!round.wasLive() && round.text.length === 0);
}

async function partWays(page: Page, round: Round, refusal: Refusal): Promise<void> {
  page.desk.allowWriting(false);
  const { unconfirmed } = page.situation.standing;
  const parting = { text: round.text.toString(), state: toText(round.state()), epoch: round.epoch(), refusal, unconfirmed, kept: round.kept() === true };
  if (!(await setAside(page.asides, parting))) page.fragile = true;
  await withoutStruck(page);
  page.drawAsides();
  if (needsNewPage(refusal)) {
    round.close();
    return over(page, refusal);
  }
  await round.abandon();
  if (hopeless(page, round)) return over(page, refusal);
  await begin(page, null, refusal);
}

/** Texts that are set aside are not offered with words that were struck since. Without a network nobody knows. */
const withoutStruck = ({ asides, settings }: Page): Promise<void> => cleanAsides(asides, settings.urls.strikes).catch(() => {});

/** The document and its copy are made anew without what was struck, and without what undo remembers. */
async function renew(page: Page, round: Round, strikes: number): Promise<void> {
  page.desk.allowWriting(false);
  const [state, epoch, { settings }] = [round.state(), round.epoch(), page];
  round.close();
  if (settings.keep) {
    const name = copyName(settings.draftId, epoch, settings.person.id);
    await cleanCopy(name, state).then(() => noteStrikes(name, strikes), () => removeRows(name));
  }
  await withoutStruck(page);
  page.drawAsides();
  await begin(page, settings.keep ? epoch : null);
}

/** `before` is why the last document was refused, if one was. */
async function begin(page: Page, epoch: string | null, before?: Refusal): Promise<void> {
  let laid = false;
  const follower: Follower = {
    ready(round) {
      laid = true;
      page.desk.lay(round, page.situation.standing.mayWrite);
      if (page.situation.shows === "page") page.situation = { ...page.situation, shows: "copy", copyOf: copyOf(page) };
    },
    live(round) {
      dropWhatIsThere(page.asides, round.text.toString());
      page.drawAsides();
      keepForLater(page);
      if (before && page.asides.all().length === 0) tellNews({ kind: before.reason, message: before.message, url: null, version: null });
    },
    changed(round, standing) {
      const turned = standing.mayWrite !== page.situation.standing.mayWrite;
      show(page, standing, round.kept());
      if (laid) page.desk.allowWriting(standing.mayWrite);
      page.desk.connected(standing.phase === "live");
      if (turned) page.drawAsides();
      if (standing.phase === "live") endNews("restart");
    },
    ended: (round, refusal) => void partWays(page, round, refusal),
    news(news) {
      if (news.kind === "remarks") return page.desk.remarked();
      if (news.kind === "published") page.version = news.version;
      tellNews(news);
    },
    welcomed: ({ version }) => missed(page, version),
    struck: () => page.desk.forgetUndo(),
    stained: (round, strikes) => void renew(page, round, strikes),
  };
  page.round = await openRound(page, epoch, follower, page.situation.standing.mayWrite);
}

/** What was published while this page was not connected. */
function missed(page: Page, version: number): void {
  const { settings } = page;
  const url = `${settings.urls.live.replace(/live$/, "")}${version}`;
  if (page.version !== null && version > page.version) tellNews({ kind: "published", message: `Version ${version} is now public.`, url, version });
  page.version = version;
}

/** Whoever closes the tab is asked only if something would be lost by it. */
function guard(page: Page): void {
  addEventListener("beforeunload", (event) => {
    if (wouldLose(page.situation) || page.fragile) event.preventDefault();
  });
  const wake = () => document.visibilityState === "visible" && page.round?.wake();
  for (const event of ["online", "offline", "pageshow", "focus"]) addEventListener(event, wake);
  for (const event of ["visibilitychange", "resume"]) document.addEventListener(event, wake);
  addEventListener("pagehide", () => page.round?.leaving());
  document.addEventListener(LETTING_GO, () => page.round?.close());
}

/** A server that was brought up to date has other files than this page may still ask for. */
function loadParts(parts: string[]): void {
  document.head.append(...parts.map((href) => make("link", { rel: "modulepreload", href })));
}

/** Once, when nothing more urgent is left: what this page needs to open without a network. */
function keepForLater(page: Page): void {
  const { settings } = page;
  if (page.keeping) return;
  page.keeping = true;
  setTimeout(() => {
    loadParts(settings.parts);
    if (settings.keep) keepShell(settings.person.id, settings.urls.shell).catch(() => {});
  }, KEEP_AFTER_MS);
  // from here on the page can be loaded anew, which brings back what a kept page leaves out
  if (settings.kept) part("live-reload").hidden = false;
}

async function tidy({ settings, asides }: Page): Promise<void> {
  await keepShellsOnlyOf(settings.person.id).catch(() => {});
  if (settings.keep) {
    const take = (doc: Y.Doc, epoch: string) =>
      asides.add({ text: doc.getText("content").toString(), state: toText(clean([Y.encodeStateAsUpdate(doc)])), epoch, reason: "other_epoch", message: STARTED_ANEW });
    return handOverStrays(settings.draftId, settings.person.id, settings.epoch, take).catch(() => {});
  }
  const { changes, asides: texts } = await unsentHere();
  if (changes + texts === 0) await removeCopies();
}

/** Bring the page to life. What the server rendered stays until there is something newer to show. */
export async function openPage(means: Means): Promise<void> {
  const { settings } = means;
  const telling: Telling = {
    tell(suggesting) {
      page.situation = { ...page.situation, suggesting };
      page.line.show(describe(page.situation));
    },
    async aside(text, epoch) {
      const said = new Y.Doc();
      said.getText("content").insert(0, text);
      const done = await asides.add({ text, state: toText(Y.encodeStateAsUpdate(said)), epoch, reason: "other_epoch", message: SUGGESTED_BEFORE });
      page.drawAsides();
      return done;
    },
  };
  const desk = deskLater(settings, telling, () => {
    tellNews({ kind: "editor", message: "The editor could not be loaded.", url: location.href, version: null });
  });
  const asides = await openAsides(settings.draftId, settings.person.id, settings.keep);
  const standing = { ...NOTHING_YET, mayWrite: settings.mayWrite };
  const page: Page = {
    ...means,
    desk,
    asides,
    drawAsides: showAsides(asides, desk.view),
    line: openStatusLine(),
    round: null,
    situation: { standing, shows: "page", copyOf: null, kept: false, restarted: false, ended: null, savedAt: null, suggesting: null },
    version: settings.kept ? null : settings.version,
    keeping: false,
    fragile: false,
    endings: [],
  };
  guard(page);
  await tidy(page);
  await withoutStruck(page);
  page.drawAsides();
  await begin(page, settings.epoch);
}
