/** When to try again: soon at first, then less often, never all browsers at the same moment. */
import type { Clock } from "./clock";

const FIRST_MS = 500;
const MOST_MS = 10_000;

export interface Retry {
  later(): void;
  /** Now, if an attempt was waiting for its time. */
  hurry(): void;
  worked(): void;
  stop(): void;
}

export function retrying(clock: Clock, attempt: () => void): Retry {
  let failures = 0;
  let cancel: (() => void) | null = null;
  const stop = () => {
    cancel?.();
    cancel = null;
  };
  const go = () => {
    cancel = null;
    attempt();
  };
  return {
    later() {
      stop();
      const wait_ms = Math.min(FIRST_MS * 2 ** failures, MOST_MS);
      failures += 1;
      cancel = clock.later(wait_ms * (0.75 + Math.random() / 2), go);
    },
    hurry() {
      if (!cancel) return;
      stop();
      attempt();
    },
    worked: () => void (failures = 0),
    stop,
  };
}
