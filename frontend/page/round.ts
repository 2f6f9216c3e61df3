/** One life of the document in this browser: from a copy or from nothing, until the page closes or the server refuses it for good. */
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { type Copy, fromDevice, openCopy } from "../keeping/copy";
import type { openRows } from "../keeping/database";
import { copyName, noteSeen, noteStrikes, seenAt, strikesIn } from "../keeping/names";
import { clean } from "../keeping/struck";
import type { Clock } from "../network/clock";
import { type Connection, openConnection } from "../network/connection";
import type { Network, News, Person, Refusal, Welcome } from "../network/network";
import { FROM_SERVER } from "../network/origin";
import type { Standing } from "../network/standing";
import { renewToken, type Settings } from "./settings";

export interface Round {
  text: Y.Text;
  awareness: Awareness;
  /** a copy on this device holds what was typed; null while the disk is at it */
  kept(): boolean | null;
  /** the server's text was here at least once */
  wasLive(): boolean;
  person(): Person;
  /** The whole document, with nothing left of what was deleted. */
  state(): Uint8Array;
  epoch(): string;
  /** The network or this tab came back. */
  wake(): void;
  /** The page may end now. */
  leaving(): void;
  close(): void;
  /** Close, and remove the copy. */
  abandon(): Promise<void>;
}

export interface Follower {
  /** Once: there is something to show, because the copy was loaded or the server's text arrived. */
  ready(round: Round): void;
  /** Once: the server's text is here. */
  live(round: Round): void;
  changed(round: Round, standing: Standing): void;
  ended(round: Round, refusal: Refusal): void;
  welcomed(welcome: Welcome): void;
  news(news: News): void;
  /** Words were struck, so undo must not bring them back. */
  struck(round: Round): void;
  /** All that was made here is on the server, and the document may still hold words that were struck. */
  stained(round: Round, strikes: number): void;
}

/** how long the copy waits for the live text, in ms */
const NEWER_MS = 3000;

export interface Means {
  settings: Settings;
  network: Network;
  clock: Clock;
  /** where copies are kept */
  open: typeof openRows;
}

interface Life {
  doc: Y.Doc;
  copy: Copy | null;
  epoch: string | null;
  person: Person;
  shown: boolean;
  live: boolean;
  closed: boolean;
  /** how many changes the server has not confirmed */
  unconfirmed: number;
  /** An earlier page kept so many changes, and they are about to be in the document. */
  found(changes: number): void;
  /** how many strikes the document is known to be clean of; null before it holds anything */
  strikes: number | null;
  /** how many there were */
  struck: number;
  /** the device took, or refused, what was to be kept */
  kept(): void;
}

/** Keep a copy under the epoch that the server named; one that was opened for another epoch held nothing. */
async function keepUnder(life: Life, { settings, open }: Means, epoch: string): Promise<void> {
  if (!settings.keep || life.closed) return;
  const name = copyName(settings.draftId, epoch, settings.person.id);
  if (life.copy?.name === name) return;
  const old = life.copy;
  life.copy = null;
  await old?.remove();
  const opened = await openCopy(name, life.doc, {
    open,
    fromServer: (origin) => origin === FROM_SERVER,
    unsent: () => life.unconfirmed,
    found: (changes) => life.found(changes),
    changed: () => life.kept(),
  });
  if (life.closed) opened?.close();
  else life.copy = opened;
}

function connect(life: Life, means: Means, round: Round, follower: Follower, mayWrite: boolean): Connection {
  const { settings, network, clock } = means;
  let last: Standing | null = null;
  const changed = (standing: Standing) => {
    const again = standing.phase === "live" && last?.phase !== "live";
    last = standing;
    life.unconfirmed = standing.unconfirmed;
    if (standing.saved) life.copy?.confirmed();
    if (standing.phase === "live" && life.copy) noteSeen(life.copy.name);
    const arrived = standing.phase === "live" && !life.live;
    if (arrived) {
      life.live = true;
      present(life, round, follower);
    }
    follower.changed(round, standing);
    if (arrived) follower.live(round);
    if (again) void refresh(life);
    if (standing.saved && life.strikes !== null && life.strikes < life.struck && !life.closed) follower.stained(round, life.struck);
  };
  const struck = (strikes: number) => {
    life.struck = Math.max(life.struck, strikes);
    life.strikes ??= strikes;
    if (life.strikes < life.struck) follower.struck(round);
  };
  life.kept = () => last && follower.changed(round, last);
  const connection = openConnection({
    doc: life.doc,
    awareness: round.awareness,
    network,
    clock,
    fromDevice,
    stored: (then) => (life.copy ? life.copy.after(then) : then()),
    looked: () => document.visibilityState === "visible",
    renew: () => renewToken(settings),
    mayWrite,
    remembered: life.unconfirmed,
    hello: () => ({ csrf: settings.csrf, event: settings.event, draft: settings.draft, epoch: life.epoch }),
    welcomed(welcome) {
      life.epoch = welcome.epoch;
      life.person = welcome.person;
      follower.welcomed(welcome);
      struck(welcome.strikes);
      const before = life.copy;
      void keepUnder(life, means, welcome.epoch).then(() => {
        const { copy } = life;
        if (!copy || life.strikes === null) return;
        if (copy === before || !copy.held) return noteStrikes(copy.name, life.strikes);
        // a slow disk brought it after the text had come: with it came what it had not heard was struck
        life.strikes = Math.min(life.strikes, strikesIn(copy.name));
        struck(life.struck);
        if (last) changed(last);
      });
    },
    changed,
    ended: (refusal) => follower.ended(round, refusal),
    news(news) {
      follower.news(news);
      if (news.strikes === undefined) return;
      struck(news.strikes);
      if (last) changed(last);
    },
  });
  life.found = connection.remember;
  return connection;
}

/** Another tab may have kept something and been closed before it could send it. */
const refresh = async (life: Life): Promise<void> => life.copy?.refresh().catch(() => {});

function present(life: Life, round: Round, follower: Follower): void {
  if (!life.shown) follower.ready(round);
  life.shown = true;
}

/** `epoch` is that of the copy to begin with; null begins with nothing. `mayWrite` holds until the server says it anew. */
export async function openRound(means: Means, epoch: string | null, follower: Follower, mayWrite: boolean): Promise<Round> {
  const doc = new Y.Doc();
  const text = doc.getText("content");
  const awareness = new Awareness(doc);
  awareness.setLocalState({ cursor: null });
  const life: Life = { doc, copy: null, epoch: null, person: means.settings.person, shown: false, live: false, closed: false, unconfirmed: 0, strikes: null, struck: 0, kept() {}, found: (changes) => void (life.unconfirmed = changes) };
  if (epoch !== null) await keepUnder(life, means, epoch);
  const remembered = life.unconfirmed;
  if (life.copy && doc.store.clients.size > 0) life.strikes = strikesIn(life.copy.name);
  // an empty text may still have a history, which belongs to its epoch
  if (doc.store.clients.size > 0) life.epoch = epoch;

  let connection: Connection | null = null;
  const close = () => {
    if (life.closed) return;
    life.closed = true;
    connection?.close();
    life.copy?.close();
    awareness.destroy();
  };
  const round: Round = {
    text,
    awareness,
    kept: () => (life.copy?.busy() ? null : life.copy?.holds() ?? false),
    wasLive: () => life.live,
    person: () => life.person,
    state: () => clean([Y.encodeStateAsUpdate(doc)]),
    epoch: () => life.epoch ?? means.settings.epoch,
    wake() {
      connection?.wake();
      void refresh(life);
    },
    leaving: () => life.copy?.hurry(),
    close,
    async abandon() {
      close();
      await life.copy?.remove();
    },
  };
  connection = connect(life, means, round, follower, mayWrite);
  if (text.length || (life.copy && seenAt(life.copy.name) !== null)) {
    // what the server rendered just now is newer than the copy, unless words are missing in it
    const patience_ms = means.settings.kept || remembered ? 0 : NEWER_MS;
    means.clock.later(patience_ms, () => life.closed || present(life, round, follower));
  }
  return round;
}
