/** Notices what nobody tells: that this computer slept, and that a line went silent. */
import type { Clock } from "./clock";

const TICK_MS = 1000;
/** a tick that comes so much later was slept through */
const SLEPT_MS = 8000;
/** Nobody said anything for so long, though something must be confirmed; or though somebody looks at the page. */
const LATE_MS = 5000;
const SILENT_MS = 15_000;
/** no sign of life so long after asking for one: in doubt, and given up */
const DOUBT_MS = 2000;
const DEAD_MS = 5000;
/** who was heard so lately need not be asked */
const FRESH_MS = 3000;

export interface Watched {
  /** Something was sent that must be confirmed. */
  awaits(): boolean;
  /** Somebody looks at the page. */
  looked(): boolean;
  /** Ask for a sign of life. */
  ask(): void;
  /** What is on screen may be old. */
  doubt(): void;
  /** Nobody answered. */
  dead(): void;
}

export interface Pulse {
  /** A connection stands from now on. */
  begin(): void;
  /** The other side said something; `answers` if it is what was asked for. */
  heard(answers: boolean): void;
  /** Something happened that lines seldom survive: make sure. */
  check(): void;
  end(): void;
}

export function feelPulse(clock: Clock, line: Watched): Pulse {
  let [ticked, heard, asked] = [0, 0, 0];
  let cancel: (() => void) | null = null;

  function ask(): void {
    asked = clock.now();
    line.ask();
  }

  function check(): void {
    line.doubt();
    ask();
  }

  function look(now: number): void {
    const waiting_ms = asked ? now - Math.max(asked, heard) : 0;
    const silent_ms = now - heard;
    if (waiting_ms >= DEAD_MS) line.dead();
    else if (waiting_ms >= DOUBT_MS) line.doubt();
    else if (!asked && ((silent_ms >= LATE_MS && line.awaits()) || (silent_ms >= SILENT_MS && line.looked()))) ask();
  }

  function tick(): void {
    const now = clock.now();
    const slept = now - ticked >= SLEPT_MS;
    ticked = now;
    cancel = clock.later(TICK_MS, tick);
    if (slept) check();
    else look(now);
  }

  return {
    begin() {
      cancel?.();
      asked = 0;
      ticked = heard = clock.now();
      cancel = clock.later(TICK_MS, tick);
    },
    heard(answers) {
      heard = clock.now();
      if (answers) asked = 0;
    },
    check() {
      if (cancel && clock.now() - heard >= FRESH_MS) check();
    },
    end() {
      cancel?.();
      cancel = null;
    },
  };
}
