/** What the server says to the script of this page. */
import type { Person, Refusal } from "../network/network";

export interface Settings {
  /** slugs */
  event: string;
  draft: string;
  /** identity of the draft, for what is kept on this device */
  draftId: string;
  epoch: string;
  csrf: string;
  person: Person;
  mayWrite: boolean;
  /** whether a copy may be kept on this device; false on shared computers */
  keep: boolean;
  /** number of the newest public version when the page was made; 0 before the first */
  version: number;
  /** the page was kept on this device and holds no text */
  kept: boolean;
  /** addresses of scripts that the page may ask for later */
  parts: string[];
  nonce: string;
  /** how many are sent together; the server takes no more */
  suggestionsAtOnce: number;
  lang: string;
  urls: { putForward: string; plain: string; remarks: string; beside: string | null; suggestions: string | null; preview: string; published: string | null; history: string; event: string; live: string; seat: string; shell: string; strikes: string };
}

const legible = (settings: Settings): Settings => ({
  ...settings,
  draftId: String(settings.draftId),
  person: { ...settings.person, id: String(settings.person.id) },
});

export const readSettings = (): Settings => legible(JSON.parse(document.getElementById("live-settings")!.textContent!) as Settings);

/** Ask the server for a token that is good now. Resolves with why there is none, or null; rejects without a network. */
export async function renewToken(settings: Settings): Promise<Refusal | null> {
  const answer = await fetch(settings.urls.seat, { headers: { Accept: "application/json" } });
  if (answer.status >= 500) throw new Error(`the server answered ${answer.status}`);
  const fresh = answer.ok ? legible((await answer.json()) as Settings) : null;
  const refuse = (message: string): Refusal => ({ frame: null, reason: "signed_out", message, final: true });
  if (!fresh) return refuse("You are signed out. Please join again with your link or code.");
  if (fresh.person.id !== settings.person.id) return refuse("Somebody else is signed in in this browser now. Load this page again.");
  settings.csrf = fresh.csrf;
  document.getElementById("live-settings")!.textContent = JSON.stringify(settings);
  for (const field of document.querySelectorAll<HTMLInputElement>("input[name=csrf_token]")) field.value = fresh.csrf;
  return null;
}
