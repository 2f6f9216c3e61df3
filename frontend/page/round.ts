/** One life of the document in this browser: from a copy or from nothing, until the page closes or the server refuses it for good. */
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { type Copy, fromDevice, openCopy } from "../keeping/copy";
import { copyName } from "../keeping/names";
import type { Clock } from "../network/clock";
import { type Connection, openConnection } from "../network/connection";
import type { Network, News, Person, Refusal } from "../network/network";
import type { Standing } from "../network/standing";
import type { Settings } from "./settings";

export interface Round {
  text: Y.Text;
  awareness: Awareness;
  /** a copy on this device holds what was typed */
  kept(): boolean;
  /** the server's text was here at least once */
  wasLive(): boolean;
  person(): Person;
  /** Try to connect at once, if it is waiting to. */
  hurry(): void;
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
  news(news: News): void;
}

export interface Means {
  settings: Settings;
  network: Network;
  clock: Clock;
}

interface Life {
  doc: Y.Doc;
  copy: Copy | null;
  epoch: string | null;
  person: Person;
  shown: boolean;
  live: boolean;
  closed: boolean;
  /** the device took, or refused, what was to be kept */
  kept(): void;
}

/** Keep a copy under the epoch that the server named; one that was opened for another epoch held nothing. */
async function keepUnder(life: Life, settings: Settings, epoch: string): Promise<void> {
  if (!settings.keep || life.closed) return;
  const name = copyName(settings.draftId, epoch, settings.person.id);
  if (life.copy?.name === name) return;
  const old = life.copy;
  life.copy = null;
  await old?.remove();
  const opened = await openCopy(name, life.doc, () => life.kept());
  if (life.closed) opened?.close();
  else life.copy = opened;
}

function connect(life: Life, { settings, network, clock }: Means, round: Round, follower: Follower): Connection {
  let last: Standing | null = null;
  const changed = (standing: Standing) => {
    last = standing;
    life.copy?.note(standing.unconfirmed);
    const arrived = standing.phase === "live" && !life.live;
    if (arrived) {
      life.live = true;
      present(life, round, follower);
    }
    follower.changed(round, standing);
    if (arrived) follower.live(round);
  };
  return openConnection({
    doc: life.doc,
    awareness: round.awareness,
    network,
    clock,
    fromDevice,
    mayWrite: settings.mayWrite,
    remembered: life.copy?.remembered ?? 0,
    hello: () => ({ csrf: settings.csrf, event: settings.event, draft: settings.draft, epoch: life.epoch }),
    welcomed(welcome) {
      life.epoch = welcome.epoch;
      life.person = welcome.person;
      life.kept = () => last && changed(last);
      void keepUnder(life, settings, welcome.epoch);
    },
    changed,
    ended: (refusal) => follower.ended(round, refusal),
    news: follower.news,
  });
}

function present(life: Life, round: Round, follower: Follower): void {
  if (!life.shown) follower.ready(round);
  life.shown = true;
}

/** `epoch` is that of the copy to begin with; null begins with nothing. */
export async function openRound(means: Means, epoch: string | null, follower: Follower): Promise<Round> {
  const doc = new Y.Doc();
  const text = doc.getText("content");
  const awareness = new Awareness(doc);
  awareness.setLocalState({ cursor: null });
  const life: Life = { doc, copy: null, epoch: null, person: means.settings.person, shown: false, live: false, closed: false, kept() {} };
  if (epoch !== null) await keepUnder(life, means.settings, epoch);
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
    kept: () => life.copy?.holds() ?? false,
    wasLive: () => life.live,
    person: () => life.person,
    hurry: () => connection?.hurry(),
    close,
    async abandon() {
      close();
      await life.copy?.remove();
    },
  };
  connection = connect(life, means, round, follower);
  if (text.length) present(life, round, follower);
  return round;
}
