/** A button with a menu: arrow keys, first letters, Escape; a press outside closes it. */
import { make } from "./dom";

export interface Entry {
  words: string;
  /** as people write it */
  key?: string | undefined;
  /** has a tick or not; without it the entry is an act */
  ticked?: boolean | undefined;
  act(): void;
}

/** What stands in the menu is asked for each time it opens, in groups. */
export function openMenu(place: HTMLElement, trigger: HTMLButtonElement, groups: () => Entry[][]): void {
  const menu = make("div", { role: "menu", class: "menu", id: `${trigger.id}-menu`, "aria-label": trigger.textContent ?? "", tabindex: "-1" });
  menu.hidden = true;
  place.append(menu);
  trigger.setAttribute("aria-haspopup", "menu");
  trigger.setAttribute("aria-controls", menu.id);
  trigger.setAttribute("aria-expanded", "false");

  const items = () => [...menu.querySelectorAll<HTMLButtonElement>("button")];
  const close = (back: boolean) => {
    if (menu.hidden) return;
    menu.hidden = true;
    trigger.setAttribute("aria-expanded", "false");
    if (back) trigger.focus();
  };
  const item = ({ words, key, ticked, act }: Entry): HTMLElement => {
    const made = make("button", { type: "button", role: ticked === undefined ? "menuitem" : "menuitemcheckbox", tabindex: "-1" }, make("span", {}, words));
    if (ticked !== undefined) made.setAttribute("aria-checked", String(ticked));
    if (key) made.append(make("kbd", { "aria-hidden": "true" }, key));
    made.addEventListener("click", () => {
      close(true);
      act();
    });
    return made;
  };
  const open = () => {
    const filled = groups().filter((group) => group.length > 0);
    menu.replaceChildren(...filled.map((group) => make("div", { role: "group" }, ...group.map(item))));
    menu.hidden = false;
    trigger.setAttribute("aria-expanded", "true");
    items()[0]?.focus();
  };

  trigger.addEventListener("click", () => (menu.hidden ? open() : close(true)));
  trigger.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" || !menu.hidden) return;
    event.preventDefault();
    open();
  });
  menu.addEventListener("keydown", (event) => {
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    const letter = event.key.length === 1 && !event.ctrlKey && !event.metaKey ? event.key.toLowerCase() : "";
    const begins = letter ? [...all.slice(at + 1), ...all.slice(0, at + 1)].find((one) => one.textContent!.toLowerCase().startsWith(letter)) : undefined;
    const goal = { ArrowDown: all[(at + 1) % all.length], ArrowUp: all.at(at - 1), Home: all[0], End: all.at(-1) }[event.key] ?? begins;
    if (event.key === "Escape") close(true);
    else if (event.key === "Tab") return close(false);
    else if (goal) goal.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (!menu.contains(target as Node) && !trigger.contains(target as Node)) close(false);
  });
}
