/** Keys by their names: in CodeMirror's notation ("Mod-Shift-o"), as people write them, and as assistive technology reads them. */

export const APPLE = /Mac|iPhone|iPad/.test(navigator.platform);

const parts = (key: string): { keys: string[]; last: string } => {
  const keys = key.split("-");
  return { last: keys.pop()!, keys };
};
const upper = (name: string): string => (name.length === 1 ? name.toUpperCase() : name);

/** "Ctrl+Shift+O", or "⌘⇧O" */
export function written(key: string): string {
  const { keys, last } = parts(key);
  const names: Record<string, string> = APPLE ? { Mod: "⌘", Shift: "⇧", Alt: "⌥" } : { Mod: "Ctrl+", Shift: "Shift+", Alt: "Alt+" };
  return keys.map((name) => names[name]).join("") + upper(last);
}

/** For `aria-keyshortcuts`. */
export function spoken(key: string): string {
  const { keys, last } = parts(key);
  return [...keys.map((name) => (name === "Mod" ? (APPLE ? "Meta" : "Control") : name)), upper(last)].join("+");
}

/** Whether these keys were pressed. Shift may be needed to write the sign itself, so signs do not ask for it. */
export function pressed(event: KeyboardEvent, key: string): boolean {
  const { keys, last } = parts(key);
  const mod = APPLE ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  const none = !event.ctrlKey && !event.metaKey;
  const letter = /^[a-z]$/i.test(last);
  const shift = event.shiftKey === keys.includes("Shift") || (!letter && last.length === 1);
  return event.key.toLowerCase() === last.toLowerCase() && (keys.includes("Mod") ? mod : none) && shift && event.altKey === keys.includes("Alt");
}
