/** Brings updates to this device's disk: one row at a time, and what comes meanwhile goes into the next. */
import * as Y from "yjs";
import type { Rows } from "./database";

/** a disk that takes longer than this for a row cannot be relied on, and nothing waits for it */
export const PATIENCE_MS = 500;
const TRY_AGAIN_MS = 5000;
/** what came from the server may wait to be written with more of its kind */
const LEISURE_MS = 1000;
/** that rows were sent is noted at once, but no more often than this */
const MARK_MS = 300;
/** more rows than this become one, if the server has them; looked after once in a while */
const MOST_ROWS = 200;
const LOOK_EVERY = 50;

export interface Row {
  update: Uint8Array;
  /** how many changes in it were made on this device and are not known to be on the server's disk */
  unsent: number;
}

export interface Writing {
  /** `unsent` is 0 for what came from the server. */
  add(update: Uint8Array, unsent: number): void;
  /** Everything that was made here is on the disk. */
  done(): boolean;
  /** The disk is at work on it, and still within its time. */
  busy(): boolean;
  /** Call `then` when all that was made here until now is on the disk, or cannot be in time. Calls keep their order. */
  after(then: () => void): void;
  /** The server's disk has everything that was added until now. */
  confirmed(): void;
  /** Rows of another page, which this one sends too. */
  adopt(keys: number[]): void;
  /** whether this page wrote the row */
  wrote(key: number): boolean;
  /** Write what waits, now: the page may end. */
  hurry(): void;
  /** Write no more, and tell nobody how the last of it went. */
  end(): void;
}

/** `absorb` takes rows into the document and returns its whole state. */
export function openWriting(rows: Rows<Row>, absorb: (rows: Row[]) => Uint8Array, tell: () => void): Writing {
  let over = false;
  const changed = () => over || tell();
  const own = new Set<number>();
  let [made, onDisk, onServer] = [0, 0, 0];
  let next: Uint8Array[] = [];
  let unsentNext = 0;
  let under: { since: number } | null = null;
  let failed = false;
  let pause: ReturnType<typeof setTimeout> | undefined;
  let waiters: { upTo: number; then: () => void }[] = [];
  let unsentKeys: number[] = [];
  let sentKeys: number[] = [];
  let marked = 0;
  let marking: ReturnType<typeof setTimeout> | undefined;

  const late = () => under !== null && Date.now() - under.since >= PATIENCE_MS;

  function release(upTo: number): void {
    const ready = waiters.filter((waiter) => waiter.upTo <= upTo);
    waiters = waiters.filter((waiter) => waiter.upTo > upTo);
    ready.forEach(({ then }) => then());
  }

  function mark(): void {
    clearTimeout(marking);
    marking = undefined;
    marked = Date.now();
    const keys = sentKeys;
    sentKeys = [];
    if (keys.length) rows.change(keys, (row) => ({ ...row, unsent: 0 })).catch(() => {});
  }

  function sent(keys: number[]): void {
    sentKeys.push(...keys);
    if (sentKeys.length === 0) return;
    if (Date.now() - marked >= MARK_MS) mark();
    else marking ??= setTimeout(mark, MARK_MS);
  }

  function took(key: number, upTo: number, unsent: number): void {
    failed = false;
    onDisk = upTo;
    own.add(key);
    if (unsent && upTo <= onServer) sent([key]);
    else if (unsent) unsentKeys.push(key);
    if (own.size % LOOK_EVERY === 0) join();
  }

  const join = () =>
    void rows.join(MOST_ROWS, (row) => row.unsent === 0, (all) => ({ update: absorb(all), unsent: 0 })).catch(() => {});

  const later = (ms: number) => {
    pause ??= setTimeout(() => {
      pause = undefined;
      write();
    }, ms);
  };

  function write(): void {
    if (over || under || next.length === 0) return;
    const update = failed ? absorb([]) : next.length === 1 ? next[0]! : Y.mergeUpdates(next);
    const [upTo, unsent, mine] = [made, unsentNext, { since: Date.now() }];
    [next, unsentNext, under] = [[], 0, mine];
    const timer = setTimeout(() => {
      release(Infinity);
      changed();
    }, PATIENCE_MS);
    const end = () => {
      clearTimeout(timer);
      under = null;
      release(failed ? Infinity : onDisk);
      if (unsentNext && !failed) write();
      else if (next.length) later(failed ? TRY_AGAIN_MS : LEISURE_MS);
      changed();
    };
    rows.append({ update, unsent }, unsent > 0).then(
      (key) => {
        took(key, upTo, unsent);
        end();
      },
      () => {
        failed = true;
        unsentNext += unsent;
        next.push(update);
        end();
      },
    );
  }

  return {
    add(update, unsent) {
      next.push(update);
      if (unsent) made += 1;
      unsentNext += unsent;
      if (unsent && !failed) write();
      else later(failed ? TRY_AGAIN_MS : LEISURE_MS);
    },
    done: () => onDisk === made,
    busy: () => !failed && under !== null && !late(),
    after(then) {
      if (failed || onDisk === made || late()) return then();
      waiters.push({ upTo: made, then });
    },
    confirmed() {
      onServer = made;
      sent(unsentKeys.splice(0));
    },
    adopt: (keys) => void unsentKeys.push(...keys),
    wrote: (key) => own.has(key),
    hurry() {
      mark();
      if (next.length) rows.append({ update: Y.mergeUpdates(next), unsent: unsentNext }, false).catch(() => {});
    },
    end: () => void (over = true),
  };
}
