/** The live page: one document after another at one desk, and one status in words for all of it. */
import { type Asides, openAsides } from "../keeping/asides";
import { strayTexts } from "../keeping/copy";
import { LETTING_GO, removeCopies } from "../keeping/forget";
import { unsentAnywhere } from "../keeping/names";
import type { Refusal } from "../network/network";
import type { Standing } from "../network/standing";
import { showAsides } from "./asidepanel";
import { type Desk, openDesk } from "./desk";
import { part } from "./dom";
import { tellNews } from "./news";
import { dropWhatIsThere, needsNewPage, setAside } from "./parting";
import { type Follower, type Means, openRound, type Round } from "./round";
import { describe, type Situation, wouldLose } from "./status";
import { openStatusLine, type StatusLine } from "./statusline";

const MINUTE_MS = 60_000;
const ENDINGS_A_MINUTE = 5;
const STARTED_ANEW = "The live text was started anew while this browser was away.";

interface Page extends Means {
  desk: Desk;
  asides: Asides;
  drawAsides(): void;
  line: StatusLine;
  round: Round | null;
  situation: Situation;
  /** a text is set aside that the browser could not store */
  fragile: boolean;
  /** when documents were refused for good, in ms since 1970 */
  endings: number[];
}

const NOTHING_YET: Standing = { phase: "connecting", again: false, mayWrite: true, unconfirmed: 0, saved: false, trouble: null };

function timeNow(language: string): string {
  return new Date().toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
}

function show(page: Page, standing: Standing, kept: boolean): void {
  const { situation, settings } = page;
  const confirmed = standing.saved && situation.standing.unconfirmed > 0;
  page.situation = { ...situation, standing, kept, savedAt: confirmed ? timeNow(settings.lang) : situation.savedAt };
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
  const parting = { text: round.text.toString(), refusal, unconfirmed, kept: round.kept() };
  page.fragile ||= !setAside(page.asides, parting);
  page.drawAsides();
  if (needsNewPage(refusal)) {
    round.close();
    return over(page, refusal);
  }
  await round.abandon();
  if (hopeless(page, round)) return over(page, refusal);
  await begin(page, null, refusal);
}

/** `before` is why the last document was refused, if one was. */
async function begin(page: Page, epoch: string | null, before?: Refusal): Promise<void> {
  const follower: Follower = {
    ready: (round) => page.desk.lay(round, page.situation.standing.mayWrite),
    live(round) {
      dropWhatIsThere(page.asides, round.text.toString());
      page.drawAsides();
      if (before && page.asides.all().length === 0) tellNews({ kind: before.reason, message: before.message, url: null, version: null });
    },
    changed(round, standing) {
      show(page, standing, round.kept());
      page.desk.allowWriting(standing.mayWrite);
    },
    ended: (round, refusal) => void partWays(page, round, refusal),
    news: tellNews,
  };
  page.round = await openRound(page, epoch, follower);
}

/** Whoever closes the tab is asked only if something would be lost by it. */
function guard(page: Page): void {
  addEventListener("beforeunload", (event) => {
    if (wouldLose(page.situation) || page.fragile) event.preventDefault();
  });
  addEventListener("online", () => page.round?.hurry());
  document.addEventListener("visibilitychange", () => page.round?.hurry());
  document.addEventListener(LETTING_GO, () => page.round?.close());
}

async function tidy({ settings, asides }: Page): Promise<void> {
  if (settings.keep) {
    const strays = await strayTexts(settings.draftId, settings.person.id, settings.epoch).catch(() => []);
    for (const text of strays) asides.add({ text, reason: "other_epoch", message: STARTED_ANEW });
  } else if (unsentAnywhere() === 0) await removeCopies();
}

/** Bring the page to life. What the server rendered stays until there is something newer to show. */
export async function openPage(means: Means): Promise<void> {
  const { settings } = means;
  const desk = openDesk(settings);
  const asides = openAsides(settings.draftId, settings.person.id, settings.keep);
  const standing = { ...NOTHING_YET, mayWrite: settings.mayWrite };
  const page: Page = {
    ...means,
    desk,
    asides,
    drawAsides: showAsides(asides, desk.view),
    line: openStatusLine(),
    round: null,
    situation: { standing, kept: false, ended: null, savedAt: null },
    fragile: false,
    endings: [],
  };
  guard(page);
  await tidy(page);
  page.drawAsides();
  await begin(page, settings.epoch);
}
