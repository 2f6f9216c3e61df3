/** What leaves this browser: local edits, joined per animation frame, numbered, and sent again when they were refused for now. */
import * as Y from "yjs";
import type { Clock } from "./clock";
import { type Ledger, openLedger } from "./ledger";
import * as wire from "./wire";

/** how long to wait before sending again; after a gap the server's step 1 normally comes sooner */
const RESEND_MS: Record<string, number> = { gap: 3000, too_fast: 2000 };
const RESEND_OTHERWISE_MS = 3000;

export interface Outbox {
  readonly ledger: Ledger;
  /** Edits were made here; `counts` is false for those that were loaded from this device. */
  add(edits: Uint8Array, counts: boolean): void;
  /** A connection begins or ended: nothing flows before its first step 1. */
  halt(): void;
  /** The server said what it has: answer with everything else. */
  answer(stateVector: Uint8Array): void;
  /** The document has more than was known when that was answered: answer anew. */
  again(): void;
  /** The server did not take a frame for now. */
  returned(frame: number | null, reason: string): void;
  /** Everything in the document is on its way or has arrived. */
  empty(): boolean;
  /** Edits go out as they are made. */
  flowing(): boolean;
  limit(frameBytes: number): void;
}

/** `stored` calls back once this device keeps all that was made until then: what it keeps leaves in the order of the calls. */
export function openOutbox(
  doc: Y.Doc, clock: Clock, stored: (then: () => void) => void, send: (frame: number, bytes: Uint8Array) => void,
): Outbox {
  const ledger = openLedger();
  let pending: Uint8Array[] = [];
  let flowing = false;
  let scheduled = false;
  let held = false;
  let limitBytes = Infinity;
  let serverHas: Uint8Array | null = null;
  /** what waits to be stored is sent only in the flow in which it was taken */
  let flow = 0;
  let cancel = () => {};

  function depart(frame: number, bytes: Uint8Array): void {
    const mine = flow;
    stored(() => mine === flow && send(frame, bytes));
  }

  function stop(): void {
    cancel();
    flowing = false;
    flow += 1;
  }

  function flush(): void {
    scheduled = false;
    if (!flowing || pending.length === 0) return;
    const edits = pending.length === 1 ? pending[0]! : Y.mergeUpdates(pending);
    pending = [];
    // a live frame has a smaller limit than step 2, and both carry edits
    depart(ledger.send(false), edits.length > limitBytes ? wire.step2(edits) : wire.update(edits));
  }

  function sendAll(): void {
    if (!serverHas) return;
    cancel();
    held = false;
    flowing = true;
    pending = [];
    depart(ledger.send(true), wire.step2(Y.encodeStateAsUpdate(doc, serverHas)));
  }

  return {
    ledger,
    add(edits, counts) {
      pending.push(edits);
      if (counts) ledger.changed();
      if (scheduled || !flowing) return;
      scheduled = true;
      clock.soon(flush);
    },
    halt() {
      stop();
      held = false;
      serverHas = null;
      ledger.reconnected();
    },
    answer(stateVector) {
      serverHas = stateVector;
      if (!held) sendAll();
    },
    again() {
      if (flowing) sendAll();
    },
    returned(frame, reason) {
      if (!ledger.returned(frame)) return;
      stop();
      held = reason !== "gap";
      cancel = clock.later(RESEND_MS[reason] ?? RESEND_OTHERWISE_MS, sendAll);
    },
    empty: () => pending.length === 0,
    flowing: () => flowing,
    limit: (frameBytes) => void (limitBytes = frameBytes),
  };
}
