/** How things stand between this browser and the server. */
import * as Y from "yjs";

export interface Standing {
  /** "live" once the server's text is here in this connection, and while nothing makes that doubtful */
  phase: "connecting" | "syncing" | "live" | "ended";
  /** a connection, or an attempt to make one, ended before */
  again: boolean;
  mayWrite: boolean;
  /** how many changes the server has not confirmed */
  unconfirmed: number;
  /** true only when everything typed is on the server's disk */
  saved: boolean;
  /** why the last frame or attempt was not taken, when it will be tried again */
  trouble: string | null;
}

/** Whether `doc` holds characters that the server, by its state vector, has never seen. */
export function aheadOf(stateVector: Uint8Array, doc: Y.Doc): boolean {
  const theirs = Y.decodeStateVector(stateVector);
  const ours = Y.decodeStateVector(Y.encodeStateVector(doc));
  return [...ours].some(([client, clock]) => clock > (theirs.get(client) ?? 0));
}
