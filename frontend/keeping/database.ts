/** One small IndexedDB database: a row per Yjs update, in the order they were made. A promise is kept only when the disk took it. */

const ROWS = "updates";

export interface Rows {
  all(): Promise<Uint8Array[]>;
  append(row: Uint8Array): Promise<void>;
  /** Put one row in place of all others, in one transaction. */
  replace(row: Uint8Array): Promise<void>;
  close(): void;
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
}

function written(database: IDBDatabase, act: (rows: IDBObjectStore) => void): Promise<void> {
  return new Promise((done, fail) => {
    const transaction = database.transaction(ROWS, "readwrite");
    transaction.oncomplete = () => done();
    transaction.onabort = transaction.onerror = () => fail(transaction.error);
    act(transaction.objectStore(ROWS));
  });
}

/** Rejects where the browser keeps nothing. `gone` is called when another tab removes the database. */
export async function openRows(name: string, gone: () => void): Promise<Rows> {
  const request = indexedDB.open(name);
  request.onupgradeneeded = () => request.result.createObjectStore(ROWS, { autoIncrement: true });
  const database = await answer(request);
  database.onversionchange = () => {
    database.close();
    gone();
  };
  return {
    all: () => answer(database.transaction(ROWS).objectStore(ROWS).getAll()),
    append: (row) => written(database, (rows) => rows.add(row)),
    replace: (row) =>
      written(database, (rows) => {
        rows.clear();
        rows.add(row);
      }),
    close: () => database.close(),
  };
}

export function removeRows(name: string): Promise<void> {
  return new Promise((done) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = request.onerror = request.onblocked = () => done();
  });
}
