/** Where this writer's cursor is, said to the others no more often than they can see. */
import { type Awareness, removeAwarenessStates } from "y-protocols/awareness";
import type { Clock } from "./clock";
import { FROM_SERVER } from "./origin";

const SAY_EVERY_MS = 80;

export interface Presence {
  say(): void;
  /** Without a connection nobody else is known to be here. */
  forgetOthers(): void;
  close(): void;
}

type Changes = Record<"added" | "updated" | "removed", number[]>;

export function sharePresence(awareness: Awareness, clock: Clock, send: () => void): Presence {
  let due = false;
  const say = () => {
    due = false;
    if (awareness.getLocalState()) send();
  };
  const onUpdate = (changes: Changes, origin: unknown) => {
    if (due || origin === FROM_SERVER) return;
    if (!Object.values(changes).some((clients) => clients.includes(awareness.clientID))) return;
    due = true;
    clock.later(SAY_EVERY_MS, say);
  };
  awareness.on("update", onUpdate);
  return {
    say,
    forgetOthers() {
      const others = [...awareness.getStates().keys()].filter((client) => client !== awareness.clientID);
      removeAwarenessStates(awareness, others, FROM_SERVER);
    },
    close: () => awareness.off("update", onUpdate),
  };
}
