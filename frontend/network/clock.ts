/** Time as a parameter. */

export interface Clock {
  /** ms since 1970; goes on while the computer sleeps */
  now(): number;
  /** Call `act` before the next frame is painted. */
  soon(act: () => void): void;
  /** Call `act` after `ms` milliseconds, unless the returned function is called first. */
  later(ms: number, act: () => void): () => void;
}

const HIDDEN_TAB_MS = 60;

/** The browser's clock. A hidden tab paints no frames, so a timer stands beside the frame. */
export const browserClock: Clock = {
  now: () => Date.now(),
  soon(act) {
    let done = false;
    const once = () => {
      if (done) return;
      done = true;
      act();
    };
    requestAnimationFrame(once);
    setTimeout(once, HIDDEN_TAB_MS);
  },
  later(ms, act) {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};
