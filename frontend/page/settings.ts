/** What the server says to the script of this page. */
import type { Person } from "../network/network";

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
  nonce: string;
  lang: string;
  urls: { putForward: string; plain: string; published: string | null; history: string; event: string };
}

export function readSettings(): Settings {
  const source = document.getElementById("live-settings")!;
  const settings = JSON.parse(source.textContent!) as Settings;
  return { ...settings, draftId: String(settings.draftId), person: { ...settings.person, id: String(settings.person.id) } };
}
