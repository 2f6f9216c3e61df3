/** A clock that moves when it is told to. */
import type { Clock } from "../network/clock";

export interface HandClock extends Clock {
  /** Let this much time pass, frames included. */
  passes(ms: number): void;
  /** The computer sleeps: time goes on, and nothing that was due happens before it wakes. */
  sleeps(ms: number): void;
}

export function handClock(): HandClock {
  let now = 0;
  let order = 0;
  const due = new Map<number, { at: number; act: () => void }>();
  const later = (ms: number, act: () => void) => {
    const id = (order += 1);
    due.set(id, { at: now + ms, act });
    return () => void due.delete(id);
  };
  return {
    now: () => now,
    sleeps: (ms) => void (now += ms),
    later,
    soon: (act) => void later(16, act),
    passes(ms) {
      const end = now + ms;
      for (;;) {
        const next = [...due].filter(([, job]) => job.at <= end).sort(([a, x], [b, y]) => x.at - y.at || a - b)[0];
        if (!next) break;
        due.delete(next[0]);
        now = Math.max(now, next[1].at);
        next[1].act();
      }
      now = end;
    },
  };
}
