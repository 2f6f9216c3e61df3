/** One draft's line to its room: greeting, both texts becoming one, and what the page may say about it. */
import { applyAwarenessUpdate, type Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import type { Clock } from "./clock";
import type { Ears, Hello, Line, Network, News, Refusal, Welcome } from "./network";
import { FROM_SERVER } from "./origin";
import { type Outbox, openOutbox } from "./outbox";
import { type Presence, sharePresence } from "./presence";
import { feelPulse, type Pulse } from "./pulse";
import { type Retry, retrying } from "./retry";
import { aheadOf, type Standing } from "./standing";
import * as wire from "./wire";

export interface Options {
  doc: Y.Doc;
  awareness: Awareness;
  network: Network;
  clock: Clock;
  hello: () => Hello;
  mayWrite: boolean;
  /** changes that an earlier page kept on this device and never saw confirmed */
  remembered: number;
  /** Transactions of this origin were loaded from this device; they are sent but not counted. */
  fromDevice: (origin: unknown) => boolean;
  /** Call back once this device keeps all that was made until now, or cannot in time. Calls keep their order. */
  stored(then: () => void): void;
  /** Somebody looks at the page. */
  looked(): boolean;
  /** The token in `hello` is not good any more: get another. Resolves with null, or with why there is none; rejects without a network. */
  renew(): Promise<Refusal | null>;
  welcomed(welcome: Welcome): void;
  changed(standing: Standing): void;
  news(news: News): void;
  /** Refused for good: this document has parted from the server's. Called once; nothing is sent after it. */
  ended(refusal: Refusal): void;
}

export interface Connection {
  standing(): Standing;
  /** A copy on this device was slow to open: it is about to bring so many changes that no page has seen confirmed. */
  remember(changes: number): void;
  /** The network or this tab came back: connect at once, or make sure that the connection still stands. */
  wake(): void;
  close(): void;
}

interface Parts {
  options: Options;
  line: Line;
  outbox: Outbox;
  presence: Presence;
  retry: Retry;
  pulse: Pulse;
  now: {
    phase: Standing["phase"];
    again: boolean;
    mayWrite: boolean;
    trouble: string | null;
    /** the server's text was asked for and has not come */
    asked: boolean;
    /** nobody knows whether the line still stands */
    doubtful: boolean;
    /** a token was renewed since the last welcome */
    renewed: boolean;
  };
}

const connected = ({ now }: Parts) => now.phase === "syncing" || now.phase === "live";

function standing({ now, outbox }: Parts): Standing {
  const phase = now.phase === "live" && now.doubtful ? "syncing" : now.phase;
  const sent = (outbox.flowing() && outbox.empty()) || !now.mayWrite;
  const saved = phase === "live" && sent && outbox.ledger.settled();
  return { phase, again: now.again, mayWrite: now.mayWrite, trouble: now.trouble, saved, unconfirmed: outbox.ledger.unconfirmed() };
}

const tell = (parts: Parts) => parts.options.changed(standing(parts));

function stop({ line, presence, retry, pulse, outbox }: Parts): void {
  retry.stop();
  pulse.end();
  outbox.halt();
  presence.close();
  line.leave();
}

function end(parts: Parts, refusal: Refusal): void {
  if (parts.now.phase === "ended") return;
  parts.now.phase = "ended";
  stop(parts);
  parts.options.ended(refusal);
}

function take(parts: Parts, edits: Uint8Array, isAnswer: boolean): void {
  const { now, line, retry, pulse, options } = parts;
  Y.applyUpdate(options.doc, edits, FROM_SERVER);
  if (isAnswer) {
    Object.assign(now, { asked: false, doubtful: false, phase: "live", trouble: null });
    retry.worked();
    pulse.heard(true);
  }
  if (options.doc.store.pendingStructs && !now.asked) {
    now.asked = true;
    line.send(0, wire.step1(options.doc));
  }
}

function answer(parts: Parts, stateVector: Uint8Array): void {
  const { now, outbox, options } = parts;
  if (now.mayWrite) return outbox.answer(stateVector);
  if (outbox.ledger.unconfirmed() > 0 || aheadOf(stateVector, options.doc)) part(parts);
}

/** This document holds what its person may not write any more. */
function part(parts: Parts): void {
  const message = "You may read this text, but not write in it now.";
  end(parts, { frame: null, reason: "no_right", message, final: true });
}

/** A copy that was slow to open brings what no page has seen confirmed. Step 1 may have been answered without it. */
function remember(parts: Parts, changes: number): void {
  const { now, outbox, options } = parts;
  if (changes === 0) return;
  outbox.ledger.remember(changes);
  options.clock.soon(() => {
    if (!connected(parts)) return;
    if (now.mayWrite) outbox.again();
    else part(parts);
  });
  tell(parts);
}

function hear(parts: Parts, bytes: Uint8Array): void {
  const message = wire.read(bytes);
  parts.pulse.heard(false);
  if (!message || !connected(parts)) return;
  if (message.kind === "step1") answer(parts, message.stateVector);
  else if (message.kind === "presence") applyAwarenessUpdate(parts.options.awareness, message.states, FROM_SERVER);
  else if (message.kind === "ask") parts.presence.say();
  else take(parts, message.update, message.kind === "step2");
  tell(parts);
}

function greet(parts: Parts, welcome: Welcome): void {
  const { now, outbox, line, presence, pulse, options } = parts;
  Object.assign(now, { phase: "syncing", mayWrite: welcome.may_write, asked: true, doubtful: false, renewed: false });
  pulse.begin();
  outbox.halt();
  outbox.limit(welcome.frame_limit_bytes);
  options.welcomed(welcome);
  line.send(0, wire.step1(options.doc));
  line.send(0, wire.ask());
  presence.say();
  tell(parts);
}

function lose(parts: Parts): void {
  const { now, outbox, presence, pulse, retry } = parts;
  if (now.phase === "ended") return;
  pulse.end();
  now.again = true;
  now.phase = "connecting";
  outbox.halt();
  presence.forgetOthers();
  retry.later();
  tell(parts);
}

/** A page may be older than the session it speaks in: it asks for another token once, then believes what it is told. */
async function renew(parts: Parts): Promise<void> {
  const { now, options, line } = parts;
  const refusal = await options.renew().catch(() => undefined);
  if (now.phase === "ended") return;
  if (refusal) return end(parts, refusal);
  if (refusal === undefined) return lose(parts);
  now.renewed = true;
  line.connect();
}

const ears = (parts: () => Parts): Ears => ({
  welcomed: (welcome) => greet(parts(), welcome),
  heard(bytes) {
    try {
      hear(parts(), bytes);
    } catch (error) {
      console.error("unreadable message", error);
      parts().line.drop();
    }
  },
  saved(frame) {
    const { outbox, pulse, now } = parts();
    pulse.heard(false);
    outbox.ledger.saved(frame);
    if (outbox.flowing()) now.trouble = null;
    tell(parts());
  },
  refused(refusal) {
    if (refusal.final) return end(parts(), refusal);
    parts().now.trouble = refusal.message;
    parts().outbox.returned(refusal.frame, refusal.reason);
    tell(parts());
  },
  denied(refusal) {
    if (refusal.reason === "csrf" && !parts().now.renewed) return void renew(parts());
    if (refusal.final) return end(parts(), refusal);
    parts().now.trouble = refusal.message;
    lose(parts());
  },
  lost: () => lose(parts()),
  news: (news) => parts().options.news(news),
});

/** Connect and stay connected until `close` or a final refusal. */
export function openConnection(options: Options): Connection {
  const { doc, awareness, clock } = options;
  const line = options.network(options.hello, ears(() => parts));
  const outbox = openOutbox(doc, clock, options.stored, line.send);
  const presence = sharePresence(awareness, clock, () => {
    if (connected(parts)) line.send(0, wire.presence(awareness));
  });
  const now: Parts["now"] = { phase: "connecting", again: false, mayWrite: options.mayWrite, trouble: null, asked: false, doubtful: false, renewed: false };
  const pulse = feelPulse(clock, {
    awaits: () => !outbox.ledger.settled(),
    looked: options.looked,
    ask: () => line.send(0, wire.step1(doc)),
    doubt() {
      if (now.doubtful) return;
      now.doubtful = now.again = true;
      tell(parts);
    },
    dead() {
      line.drop();
      parts.retry.hurry();
    },
  });
  const parts: Parts = { options, line, outbox, presence, pulse, now, retry: retrying(clock, () => line.connect()) };
  const onUpdate = (edits: Uint8Array, origin: unknown) => {
    if (origin === FROM_SERVER || now.phase === "ended") return;
    outbox.add(edits, !options.fromDevice(origin));
    tell(parts);
  };
  doc.on("update", onUpdate);
  outbox.ledger.remember(options.remembered);
  line.connect();
  return {
    standing: () => standing(parts),
    remember: (changes) => remember(parts, changes),
    wake() {
      parts.retry.hurry();
      pulse.check();
    },
    close() {
      doc.off("update", onUpdate);
      stop(parts);
    },
  };
}
