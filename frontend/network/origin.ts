/** Marks transactions and cursor changes that came from the server. */
export const FROM_SERVER = Symbol("from the server");
