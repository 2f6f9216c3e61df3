/** Stands in for `lib0/logging`, which brings coloured console output and a schema library of 3 KB along for Yjs. */
export const BOLD = "";
export const UNBOLD = "";
export const RED = "";
export const ORANGE = "";

export const print = (...words: unknown[]): void => console.log(...words);
export const warn = (...words: unknown[]): void => console.warn(...words);
