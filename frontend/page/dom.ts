/** Finding and making elements. */

/** The element with this id. Throws if the template does not have it. */
export function part<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as T;
}

const SHOWN_MS = 6000;
let hiding: ReturnType<typeof setTimeout> | undefined;

/** What became of something that somebody did: spoken once, and shown for a while. */
export function announce(words: string): void {
  const line = part("live-spoken");
  line.textContent = words;
  line.classList.toggle("told", words !== "");
  clearTimeout(hiding);
  hiding = setTimeout(() => line.classList.remove("told"), SHOWN_MS);
}

type Child = Node | string | null;

export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Record<string, string>,
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

export function button(words: string, act: () => void, style = "press quiet"): HTMLButtonElement {
  const made = make("button", { type: "button", class: style }, words);
  made.addEventListener("click", act);
  return made;
}
