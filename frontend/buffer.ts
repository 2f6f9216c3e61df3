/** Stands in for `lib0/buffer`, of which Yjs uses this and no Base64. */
export const copyUint8Array = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);
