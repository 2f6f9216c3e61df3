/** For every page but the live one: what this browser keeps is for whoever is signed in, and forms marked `data-forget` end it. */
import { forgetBeforeLeaving } from "../keeping/forget";
import { keepShellsOnlyOf } from "../keeping/shell";

forgetBeforeLeaving();
void keepShellsOnlyOf(document.querySelector<HTMLElement>("[data-person]")?.dataset.person ?? null).catch(() => {});
