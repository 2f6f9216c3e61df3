/** The bytes of y-protocols: 0 sync (0 step 1, 1 step 2, 2 update), 1 awareness, 3 asks for awareness. */
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { type Awareness, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";

const SYNC = 0;
const AWARENESS = 1;
const ASK = 3;
const STEP_1 = 0;
const STEP_2 = 1;
const UPDATE = 2;

export type Message =
  | { kind: "step1"; stateVector: Uint8Array }
  | { kind: "step2" | "update"; update: Uint8Array }
  | { kind: "presence"; states: Uint8Array }
  | { kind: "ask" };

function sync(type: number, body: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, SYNC);
  encoding.writeVarUint(encoder, type);
  encoding.writeVarUint8Array(encoder, body);
  return encoding.toUint8Array(encoder);
}

export const step1 = (doc: Y.Doc): Uint8Array => sync(STEP_1, Y.encodeStateVector(doc));
export const step2 = (update: Uint8Array): Uint8Array => sync(STEP_2, update);
export const update = (edits: Uint8Array): Uint8Array => sync(UPDATE, edits);

export function presence(awareness: Awareness): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, AWARENESS);
  encoding.writeVarUint8Array(encoder, encodeAwarenessUpdate(awareness, [awareness.clientID]));
  return encoding.toUint8Array(encoder);
}

export const ask = (): Uint8Array => new Uint8Array([ASK]);

/** Null for a message of a type that this page does not know. Throws on junk. */
export function read(bytes: Uint8Array): Message | null {
  const decoder = decoding.createDecoder(bytes);
  const type = decoding.readVarUint(decoder);
  if (type === ASK) return { kind: "ask" };
  if (type === AWARENESS) return { kind: "presence", states: decoding.readVarUint8Array(decoder) };
  if (type !== SYNC) return null;
  const part = decoding.readVarUint(decoder);
  const body = decoding.readVarUint8Array(decoder);
  if (part === STEP_1) return { kind: "step1", stateVector: body };
  if (part === STEP_2) return { kind: "step2", update: body };
  return part === UPDATE ? { kind: "update", update: body } : null;
}
