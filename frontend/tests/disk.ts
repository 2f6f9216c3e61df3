/** A disk that several tabs share, and that can be slow or full. */
import type { Rows } from "../keeping/database";
import type { Row } from "../keeping/writing";

export interface Disk {
  kept: Map<number, Row>;
  /** What one tab has of it. */
  rows(): Rows<Row>;
  full: boolean;
  /** Rows are taken when `answers` is called, and not before. */
  waits(): void;
  answers(): Promise<void>;
}

/** Let promises that are ready run. */
export const settle = () => new Promise<void>((done) => setImmediate(done));

export function openDisk(): Disk {
  let last = 0;
  let held: (() => void)[] | null = null;
  const turn = () => new Promise<void>((done) => (held ? held.push(done) : done()));
  const disk: Disk = {
    kept: new Map(),
    full: false,
    waits: () => void (held = []),
    async answers() {
      const jobs = held ?? [];
      held = null;
      jobs.forEach((job) => job());
      await settle();
    },
    rows: () => ({
      after: async (key) => [...disk.kept].filter(([at]) => at > key),
      async append(row) {
        await turn();
        if (disk.full) throw new DOMException("full", "QuotaExceededError");
        disk.kept.set((last += 1), row);
        return last;
      },
      async change(keys, act) {
        for (const key of keys) if (disk.kept.has(key)) disk.kept.set(key, act(disk.kept.get(key)!));
      },
      async remove(keys) {
        keys.forEach((key) => disk.kept.delete(key));
      },
      async join(most, ready, act) {
        const found = [...disk.kept].filter(([, row]) => ready(row));
        if (found.length <= most) return;
        found.forEach(([key]) => disk.kept.delete(key));
        disk.kept.set((last += 1), act(found.map(([, row]) => row)));
      },
      close() {},
    }),
  };
  return disk;
}
