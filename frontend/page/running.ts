/** Clocks of what was put forward, as they run. The server says how much was left when it made the page; the device's own clock may be wrong. */

const STEP_MS = 10_000;
const MINUTE_S = 60;
/** above, the server's words are good enough: they are of hours */
const MINUTES = 120;

const inWords = (minutes: number): string => (minutes < 1 ? "Less than a minute" : `${minutes} minute${minutes === 1 ? "" : "s"}`);

function turn(clock: HTMLElement, passed_s: number): void {
  const left = clock.querySelector<HTMLElement>(".left");
  const bar = clock.querySelector("progress");
  if (!left || !bar) return;
  const minutes = Math.floor(Math.max(0, Number(left.dataset.seconds) - passed_s) / MINUTE_S);
  if (minutes < MINUTES) left.textContent = inWords(minutes);
  bar.value = bar.max - Number(left.dataset.seconds) + passed_s;
}

/** Call it whenever `place` was filled anew. */
export function runClocks(place: HTMLElement): () => void {
  const began = performance.now();
  const timer = setInterval(() => {
    for (const clock of place.querySelectorAll<HTMLElement>(".clock")) turn(clock, (performance.now() - began) / 1000);
  }, STEP_MS);
  return () => clearInterval(timer);
}
