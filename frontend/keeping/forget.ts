/** Remove every trace of the texts from this browser, for the next person on a shared computer. */
import { removeRows } from "./database";
import { namesHere, OURS } from "./names";
import { removeShells } from "./shell";
import { unsentHere } from "./unsent";

/** Sent to the document before anything is removed, so that an open editor lets go of its copy. */
export const LETTING_GO = "drafting:letting-go";

const PATIENCE_MS = 2000;

const within = (act: Promise<unknown>) => Promise.race([act.catch(() => {}), new Promise((done) => setTimeout(done, PATIENCE_MS))]);

function clear(storage: Storage): void {
  for (const key of Object.keys(storage)) if (key.startsWith(OURS)) storage.removeItem(key);
}

/** Remove all copies of live texts, and the pages that show them. */
export async function removeCopies(): Promise<void> {
  await within(removeShells());
  await within(namesHere().then((names) => Promise.all(names.map(removeRows))));
}

async function forgetEverything(): Promise<void> {
  document.dispatchEvent(new Event(LETTING_GO));
  await removeCopies();
  try {
    clear(localStorage);
    clear(sessionStorage);
  } catch {
    // storage is switched off, so nothing of ours is in it
  }
}

const count = (number: number, one: string, many: string) => (number === 1 ? `1 ${one}` : `${number} ${many}`);

async function agreed(): Promise<boolean> {
  const { changes, asides } = await unsentHere().catch(() => ({ changes: 0, asides: 0 }));
  const lost = [
    changes ? count(changes, "change not yet sent", "changes not yet sent") : "",
    asides ? count(asides, "text that was set aside", "texts that were set aside") : "",
  ].filter(Boolean);
  return lost.length === 0 || confirm(`This device keeps ${lost.join(" and ")}. If you go on, it will be lost. Go on?`);
}

const OFFLINE = "Nothing is kept on this device any more. There is no connection: press this again when there is one.";

/** Forms marked `data-forget` (signing out, "Not you? Change", keeping no copy) leave nothing behind before they are submitted. */
export function forgetBeforeLeaving(): void {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !("forget" in form.dataset) || event.defaultPrevented) return;
    if (form.dataset.forget === "done") return;
    event.preventDefault();
    if (!(await agreed())) return;
    await forgetEverything();
    if (!navigator.onLine || !form.querySelector<HTMLInputElement>("[name=csrf_token]")?.value) return alert(OFFLINE);
    form.dataset.forget = "done";
    form.requestSubmit(event.submitter as HTMLElement | null);
  });
}
