/** From change to change by key, on pages that show a difference. A single letter counts only where somebody is among the changes already (WCAG 2.1.4). */

const changes = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(".difference > .change")];

function by(event: KeyboardEvent): number {
  if (event.ctrlKey || event.metaKey || event.altKey) return 0;
  if (event.key === "F8") return event.shiftKey ? -1 : 1;
  const among = !event.shiftKey && (event.target as Element).closest(".difference");
  return among ? ({ n: 1, p: -1 }[event.key] ?? 0) : 0;
}

/** Where one is: the change with the focus, or the first that is not above the window's upper edge. */
function step(forward: number): void {
  const all = changes();
  const focused = all.findIndex((change) => change.contains(document.activeElement));
  const below = all.findIndex((change) => change.getBoundingClientRect().top >= 0);
  const from = focused >= 0 ? focused + forward : forward > 0 ? Math.max(below, 0) : (below < 0 ? all.length : below) - 1;
  const goal = all[Math.min(Math.max(from, 0), all.length - 1)];
  goal?.scrollIntoView();
  goal?.focus({ preventScroll: true });
}

document.addEventListener("keydown", (event) => {
  const forward = by(event);
  if (!forward || changes().length === 0) return;
  event.preventDefault();
  step(forward);
});
