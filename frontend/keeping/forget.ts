/** Remove every trace of the texts from this browser, for the next person on a shared computer. */
import { removeRows } from "./database";
import { copiesHere, OURS, unsentAnywhere } from "./names";

/** Sent to the document before anything is removed, so that an open editor lets go of its copy. */
export const LETTING_GO = "drafting:letting-go";

const PATIENCE_MS = 2000;

/** Remove all copies of live texts. */
export async function removeCopies(): Promise<void> {
  const removed = copiesHere().then((names) => Promise.all(names.map(removeRows)));
  await Promise.race([removed.catch(() => {}), new Promise((done) => setTimeout(done, PATIENCE_MS))]);
}

function clear(storage: Storage): void {
  for (const key of Object.keys(storage)) if (key.startsWith(OURS)) storage.removeItem(key);
}

export async function forgetEverything(): Promise<void> {
  document.dispatchEvent(new Event(LETTING_GO));
  await removeCopies();
  try {
    clear(localStorage);
    clear(sessionStorage);
  } catch {
    // storage is switched off, so nothing of ours is in it
  }
}

function agreed(): boolean {
  const unsent = unsentAnywhere();
  const what = unsent === 1 ? "1 change is" : `${unsent} changes are`;
  return unsent === 0 || confirm(`${what} kept on this device and not yet sent. If you go on, it will be lost. Go on?`);
}

/** Forms marked `data-forget` (signing out, "Not you? Change") leave nothing behind before they are submitted. */
export function forgetBeforeLeaving(): void {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !("forget" in form.dataset) || event.defaultPrevented) return;
    if (form.dataset.forget === "done") return;
    event.preventDefault();
    if (!agreed()) return;
    await forgetEverything();
    form.dataset.forget = "done";
    form.requestSubmit(event.submitter as HTMLElement | null);
  });
}
