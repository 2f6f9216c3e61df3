/** One small IndexedDB database: rows in the order in which they came. A promise is kept only when the disk took it. */

const ROWS = "rows";

export interface Rows<T> {
  /** Rows that came after the one with this key, each with its own key (1, 2, 3 …). */
  after(key: number): Promise<[number, T][]>;
  /** Resolves with the row's key. A `lasting` row has survived a power cut by then, others a killed browser. */
  append(row: T, lasting: boolean): Promise<number>;
  change(keys: number[], act: (row: T) => T): Promise<void>;
  remove(keys: number[]): Promise<void>;
  /** Put one row in place of all that are `ready`, if they are more than `most`. Other tabs see the old rows or the new one. */
  join(most: number, ready: (row: T) => boolean, act: (rows: T[]) => T): Promise<void>;
  close(): void;
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
}

/** `act` returns at once; what it asks for in callbacks belongs to the same transaction. */
function written(database: IDBDatabase, lasting: boolean, act: (rows: IDBObjectStore) => void): Promise<void> {
  return new Promise((done, fail) => {
    const transaction = database.transaction(ROWS, "readwrite", { durability: lasting ? "strict" : "relaxed" });
    transaction.oncomplete = () => done();
    transaction.onabort = transaction.onerror = () => fail(transaction.error);
    act(transaction.objectStore(ROWS));
  });
}

/** Calls `each` with every row after `key`, then `end`. */
function walk<T>(rows: IDBObjectStore, key: number, each: (key: number, row: T) => void, end: () => void): void {
  const request = rows.openCursor(IDBKeyRange.lowerBound(key, true));
  request.onsuccess = () => {
    const cursor = request.result;
    if (!cursor) return end();
    each(cursor.key as number, cursor.value as T);
    cursor.continue();
  };
}

function joined<T>(rows: IDBObjectStore, most: number, ready: (row: T) => boolean, act: (rows: T[]) => T): void {
  const found: [number, T][] = [];
  walk<T>(rows, 0, (key, row) => ready(row) && found.push([key, row]), () => {
    if (found.length <= most) return;
    rows.add(act(found.map(([, row]) => row)));
    for (const [key] of found) rows.delete(key);
  });
}

/** Rejects where the browser keeps nothing. `gone` is called when another tab removes the database. */
export async function openRows<T>(name: string, gone: () => void): Promise<Rows<T>> {
  const request = indexedDB.open(name);
  request.onupgradeneeded = () => request.result.createObjectStore(ROWS, { autoIncrement: true });
  const database = await answer(request);
  database.onversionchange = () => {
    database.close();
    gone();
  };
  return {
    after: (key) =>
      new Promise((done, fail) => {
        const transaction = database.transaction(ROWS);
        const found: [number, T][] = [];
        transaction.onabort = () => fail(transaction.error);
        walk<T>(transaction.objectStore(ROWS), key, (at, row) => found.push([at, row]), () => done(found));
      }),
    async append(row, lasting) {
      let key = 0;
      await written(database, lasting, (rows) => {
        const added = rows.add(row);
        added.onsuccess = () => void (key = added.result as number);
      });
      return key;
    },
    change: (keys, act) =>
      written(database, false, (rows) => {
        for (const key of keys) {
          const found = rows.get(key);
          found.onsuccess = () => found.result && rows.put(act(found.result as T), key);
        }
      }),
    remove: (keys) => written(database, false, (rows) => keys.forEach((key) => rows.delete(key))),
    join: (most, ready, act) => written(database, false, (rows) => joined(rows, most, ready, act)),
    close: () => database.close(),
  };
}

export function removeRows(name: string): Promise<void> {
  return new Promise((done) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = request.onerror = request.onblocked = () => done();
  });
}
