/** What a connection needs of a network, so that tests need none. The shapes are those of docs/protocol.md. */

export interface Person {
  id: string;
  /** null unless the person chose to be named */
  name: string | null;
  /** a CSS colour */
  colour: string;
}

export interface Hello {
  csrf: string;
  event: string;
  draft: string;
  /** epoch of the copy this browser holds, null if it holds none */
  epoch: string | null;
}

export interface Welcome {
  epoch: string;
  person: Person;
  may_write: boolean;
  frame_limit_bytes: number;
  /** how often words were struck from the draft in this epoch */
  strikes: number;
  /** number of the newest public version; 0 before the first */
  version: number;
}

/** Why something was not taken: a frame (`frame` set) or the connection itself (`frame` null). */
export interface Refusal {
  frame: number | null;
  reason: string;
  message: string;
  final: boolean;
}

export interface News {
  kind: string;
  message: string;
  url: string | null;
  version: number | null;
  /** as in `welcome`, when the news is that words were struck */
  strikes?: number;
}

/** What the network tells. Every attempt ends in `denied` or `lost`, every connection in `lost`. */
export interface Ears {
  welcomed(welcome: Welcome): void;
  heard(bytes: Uint8Array): void;
  saved(frame: number): void;
  refused(refusal: Refusal): void;
  news(news: News): void;
  denied(refusal: Refusal): void;
  lost(): void;
}

/** One line to the server. It never tries again by itself. */
export interface Line {
  /** Start one attempt; only when there is neither a connection nor an attempt under way. */
  connect(): void;
  /** `frame` is 0 for messages that carry no edits. Does nothing while there is no connection. */
  send(frame: number, bytes: Uint8Array): void;
  /** End the connection; `lost` follows. */
  drop(): void;
  /** End it for good; nothing follows. */
  leave(): void;
}

/** `hello` is asked before every attempt. */
export type Network = (hello: () => Hello, ears: Ears) => Line;
