/** What this device keeps and nobody else has. Knows nothing of Yjs: every page asks. */
import { openRows } from "./database";
import { isCopy, namesHere } from "./names";
import type { Row } from "./writing";

export const sum = (rows: Row[]): number => rows.reduce((total, row) => total + row.unsent, 0);

export async function rowsOf<T>(name: string): Promise<T[]> {
  const rows = await openRows<T>(name, () => {});
  const found = await rows.after(0);
  rows.close();
  return found.map(([, row]) => row);
}

/** What would be lost if this device forgot everything: changes that were not sent, and texts that were set aside. */
export async function unsentHere(): Promise<{ changes: number; asides: number }> {
  const names = await namesHere();
  const copies = await Promise.all(names.filter(isCopy).map((name) => rowsOf<Row>(name)));
  const asides = await Promise.all(names.filter((name) => !isCopy(name)).map((name) => rowsOf(name)));
  return { changes: copies.reduce((total, rows) => total + sum(rows), 0), asides: asides.flat().length };
}
