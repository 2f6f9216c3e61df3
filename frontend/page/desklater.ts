/** The desk, most of what this page weighs, on its way while the connection is made. */
import type { Desk, Telling } from "./desk";
import type { Round } from "./round";
import type { Settings } from "./settings";

/** `failed` is called if it cannot be loaded. What it is told before it is there is done once it is. */
export function deskLater(settings: Settings, telling: Telling, failed: () => void): Desk {
  let desk: Desk | null = null;
  let heard = false;
  let laid: { round: Round; mayWrite: boolean } | null = null;
  const come = async () => {
    const { openDesk } = await import("./desk");
    desk = openDesk(settings, telling);
    if (laid) desk.lay(laid.round, laid.mayWrite);
    desk.connected(heard);
  };
  come().catch((error) => {
    console.error(error);
    failed();
  });
  return {
    view: () => desk?.view() ?? null,
    lay(round, mayWrite) {
      laid = { round, mayWrite };
      desk?.lay(round, mayWrite);
    },
    remarked: () => desk?.remarked(),
    forgetUndo: () => desk?.forgetUndo(),
    connected(is) {
      heard = is;
      desk?.connected(is);
    },
    allowWriting(may) {
      if (laid) laid.mayWrite = may;
      desk?.allowWriting(may);
    },
  };
}
