/** Which changes are on the server's disk: the bookkeeping behind the word "Saved". No network, no clock. */

interface Flight {
  frame: number;
  changes: number;
  /** a step 2, which carries everything the server lacked */
  full: boolean;
}

export interface Ledger {
  changed(): void;
  /** Changes that an earlier page kept and never saw confirmed. */
  remember(changes: number): void;
  /** A frame is about to leave with all that waits; returns its number. */
  send(full: boolean): number;
  saved(frame: number): void;
  /** A frame was not taken for now. True if what it held must be sent again. */
  returned(frame: number | null): boolean;
  /** A new connection counts its frames from 1, and nothing of the old one counts as sent. */
  reconnected(): void;
  unconfirmed(): number;
  /** Nothing waits and every frame was confirmed. */
  settled(): boolean;
}

export function openLedger(): Ledger {
  let waiting = 0;
  let last = 0;
  let flights: Flight[] = [];
  const take = (which: (flight: Flight) => boolean) => {
    waiting += flights.filter(which).reduce((sum, flight) => sum + flight.changes, 0);
    flights = flights.filter((flight) => !which(flight));
  };
  return {
    changed: () => void (waiting += 1),
    remember: (changes) => void (waiting += changes),
    send(full) {
      last += 1;
      flights.push({ frame: last, changes: waiting, full });
      waiting = 0;
      return last;
    },
    saved: (frame) => void (flights = flights.filter((flight) => flight.frame > frame)),
    returned(frame) {
      const from = frame ?? 0;
      if (flights.some((flight) => flight.full && flight.frame > from)) return false;
      take((flight) => flight.frame >= from);
      return true;
    },
    reconnected() {
      take(() => true);
      last = 0;
    },
    unconfirmed: () => flights.reduce((sum, flight) => sum + flight.changes, waiting),
    settled: () => waiting === 0 && flights.length === 0,
  };
}
