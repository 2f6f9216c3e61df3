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
  /** The server did not take a frame for now. */
  returned(frame: number | null, reason: string): void;
  /** Edits go out as they are made. */
  flowing(): boolean;
  limit(frameBytes: number): void;
}

export function openOutbox(doc: Y.Doc, clock: Clock, send: (frame: number, bytes: Uint8Array) => void): Outbox {
  const ledger = openLedger();
  let pending: Uint8Array[] = [];
  let flowing = false;
  let scheduled = false;
  let held = false;
  let limitBytes = Infinity;
  let serverHas: Uint8Array | null = null;
  let cancel = () => {};

  function flush(): void {
    scheduled = false;
    if (!flowing || pending.length === 0) return;
    const edits = pending.length === 1 ? pending[0]! : Y.mergeUpdates(pending);
    pending = [];
    // a live frame has a smaller limit than step 2, and both carry edits
    send(ledger.send(false), edits.length > limitBytes ? wire.step2(edits) : wire.update(edits));
  }

  function sendAll(): void {
    if (!serverHas) return;
    cancel();
    held = false;
    flowing = true;
    pending = [];
    send(ledger.send(true), wire.step2(Y.encodeStateAsUpdate(doc, serverHas)));
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
      cancel();
      held = flowing = false;
      serverHas = null;
      ledger.reconnected();
    },
    answer(stateVector) {
      serverHas = stateVector;
      if (!held) sendAll();
    },
    returned(frame, reason) {
      if (!ledger.returned(frame)) return;
      cancel();
      flowing = false;
      held = reason !== "gap";
      cancel = clock.later(RESEND_MS[reason] ?? RESEND_OTHERWISE_MS, sendAll);
    },
    flowing: () => flowing,
    limit: (frameBytes) => void (limitBytes = frameBytes),
  };
}
