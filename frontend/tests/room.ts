/** A room without a network: the server's side of docs/protocol.md in memory, with a disk and lines that can be made to misbehave. */
import * as Y from "yjs";
import type { Ears, Line, Network, Refusal, Welcome } from "../network/network";
import * as wire from "../network/wire";

export interface Frame {
  from: string;
  frame: number;
  kind: string;
  bytes: Uint8Array;
}

interface Member {
  name: string;
  ears: Ears;
  joined: boolean;
  /** nothing passes */
  dead: boolean;
}

export interface Room {
  doc: Y.Doc;
  network(name: string): Network;
  /** everything that clients sent, in order */
  frames: Frame[];
  /** Nobody can reach the room, and connections break. */
  cut(): void;
  returns(): void;
  /** This connection is dead, and nobody is told. */
  loses(name: string): void;
  /** Whoever asks what the room has waits for `answersAgain`. */
  answersNothing(): void;
  answersAgain(): void;
  /** The disk takes its time: frames are neither confirmed nor passed on until `diskAnswers`. */
  diskWaits(): void;
  diskAnswers(): void;
  /** The next frame that carries edits never arrives. */
  dropsOne(): void;
  /** The next frame that carries edits is answered with this. */
  refusesOne(reason: string, final: boolean): void;
  deniesNext(reason: string, final: boolean): void;
  mayWrite: boolean;
  epoch: string;
  attempts: number;
}

export const text = (doc: Y.Doc) => doc.getText("content");

export function openRoom(): Room {
  const members = new Set<Member>();
  let reachable = true;
  let waiting: (() => void)[] | null = null;
  let unanswered: (() => void)[] | null = null;
  let drop = false;
  let refusal: Refusal | null = null;
  let denial: Refusal | null = null;

  const room: Room = {
    doc: new Y.Doc(),
    frames: [],
    mayWrite: true,
    epoch: "e1",
    attempts: 0,
    network: (name) => (hello, ears) => line({ name, ears, joined: false, dead: false }, () => hello().epoch),
    cut() {
      reachable = false;
      [...members].forEach(leaves);
    },
    returns: () => void (reachable = true),
    loses(name) {
      for (const member of members) if (member.name === name) member.dead = true;
    },
    answersNothing: () => void (unanswered = []),
    answersAgain() {
      const jobs = unanswered ?? [];
      unanswered = null;
      jobs.forEach((job) => job());
    },
    diskWaits: () => void (waiting = []),
    diskAnswers() {
      const jobs = waiting ?? [];
      waiting = null;
      jobs.forEach((job) => job());
    },
    dropsOne: () => void (drop = true),
    refusesOne: (reason, final) => void (refusal = { frame: null, reason, final, message: `refused: ${reason}` }),
    deniesNext: (reason, final) => void (denial = { frame: null, reason, final, message: `denied: ${reason}` }),
  };

  function leaves(member: Member): void {
    members.delete(member);
    member.joined = false;
    member.ears.lost();
  }

  function line(member: Member, epoch: () => string | null): Line {
    return {
      connect() {
        room.attempts += 1;
        if (denial) {
          const answer = denial;
          denial = null;
          return member.ears.denied(answer);
        }
        if (!reachable) return member.ears.lost();
        const held = epoch();
        if (held !== null && held !== room.epoch)
          return member.ears.denied({ frame: null, reason: "other_epoch", message: "The text was started anew.", final: true });
        members.add(member);
        member.joined = true;
        member.dead = false;
        member.ears.welcomed(welcome(member.name));
        if (member.joined) member.ears.heard(wire.step1(room.doc));
      },
      send: (frame, bytes) => member.joined && !member.dead && hear(member, frame, bytes),
      drop: () => member.joined && leaves(member),
      leave: () => {
        members.delete(member);
        member.joined = false;
      },
    };
  }

  const welcome = (name: string): Welcome => ({
    epoch: room.epoch,
    may_write: room.mayWrite,
    frame_limit_bytes: 1 << 20,
    strikes: 0,
    version: 0,
    person: { id: name, name: null, colour: "#0b4f6c" },
  });

  function hear(member: Member, frame: number, bytes: Uint8Array): void {
    const message = wire.read(bytes)!;
    room.frames.push({ from: member.name, frame, kind: message.kind, bytes });
    if (message.kind === "step1") {
      const reply = () => member.ears.heard(wire.step2(Y.encodeStateAsUpdate(room.doc, message.stateVector)));
      return unanswered ? void unanswered.push(reply) : reply();
    }
    if (message.kind === "presence") return others(member).forEach((other) => other.ears.heard(bytes));
    if (message.kind === "ask") return;
    if (drop) return void (drop = false);
    if (refusal) {
      const answer = { ...refusal, frame };
      refusal = null;
      return member.ears.refused(answer);
    }
    const job = () => take(member, frame, message.update);
    if (waiting) waiting.push(job);
    else job();
  }

  const others = (member: Member) => [...members].filter((other) => other !== member && !other.dead);

  function take(member: Member, frame: number, update: Uint8Array): void {
    const trial = new Y.Doc();
    Y.applyUpdate(trial, Y.encodeStateAsUpdate(room.doc));
    Y.applyUpdate(trial, update);
    if (trial.store.pendingStructs) {
      member.ears.refused({ frame, reason: "gap", message: "Something in between is missing.", final: false });
      member.ears.heard(wire.step1(room.doc));
      return;
    }
    Y.applyUpdate(room.doc, update);
    others(member).forEach((other) => other.ears.heard(wire.update(update)));
    if (member.joined) member.ears.saved(frame);
  }

  return room;
}
