/** A table with writers: each has a document and a connection, and the room between them can be told to misbehave. */
import assert from "node:assert/strict";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { type Connection, openConnection } from "../network/connection";
import type { News, Refusal } from "../network/network";
import type { Standing } from "../network/standing";
import { type HandClock, handClock } from "./clock";
import { openRoom, type Room, text } from "./room";

export interface Writer {
  name: string;
  doc: Y.Doc;
  awareness: Awareness;
  connection: Connection;
  types(words: string, at?: number): void;
  reads(): string;
  standing(): Standing;
  /** every standing there ever was */
  story: Standing[];
  news: News[];
  endings: Refusal[];
  leaves(): void;
}

export interface Table {
  room: Room;
  clock: HandClock;
  seat(name: string, copy?: { doc: Y.Doc; epoch?: string | null; remembered?: number }): Writer;
  everyoneReads(words: string): void;
  /** Call last: timers of seated writers end here. */
  rises(): void;
}

export function setTable(): Table {
  const room = openRoom();
  const clock = handClock();
  const writers: Writer[] = [];
  return {
    room,
    clock,
    seat(name, copy) {
      const writer = sit(room, clock, name, copy?.doc ?? new Y.Doc(), copy?.epoch ?? null, copy?.remembered ?? 0);
      writers.push(writer);
      return writer;
    },
    everyoneReads(words) {
      for (const writer of writers) assert.equal(writer.reads(), words, writer.name);
      assert.equal(text(room.doc).toString(), words, "the room");
    },
    rises: () => writers.forEach((writer) => writer.leaves()),
  };
}

function sit(room: Room, clock: HandClock, name: string, doc: Y.Doc, epoch: string | null, remembered: number): Writer {
  const awareness = new Awareness(doc);
  const story: Standing[] = [];
  const news: News[] = [];
  const endings: Refusal[] = [];
  let held = epoch;
  const connection = openConnection({
    doc,
    awareness,
    clock,
    remembered,
    network: room.network(name),
    hello: () => ({ csrf: "c", event: "fair", draft: "demands", epoch: held }),
    mayWrite: true,
    fromDevice: (origin) => origin === "device",
    stored: (then) => then(),
    looked: () => true,
    renew: async () => null,
    welcomed: (welcome) => void (held = welcome.epoch),
    changed: (standing) => void story.push(standing),
    news: (item) => void news.push(item),
    ended: (refusal) => void endings.push(refusal),
  });
  return {
    name,
    doc,
    awareness,
    connection,
    story,
    news,
    endings,
    types: (words, at) => text(doc).insert(at ?? text(doc).length, words),
    reads: () => text(doc).toString(),
    standing: () => connection.standing(),
    leaves() {
      connection.close();
      awareness.destroy();
    },
  };
}
