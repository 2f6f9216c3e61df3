// Reads which edits a Yjs update (version 1) holds, without applying it.

let bytes, at

function uint() {
  let value = 0, weight = 1
  for (;;) {
    const byte = bytes[at++]
    value += (byte & 127) * weight
    if (byte < 128) return value
    weight *= 128
  }
}

function skip() {
  const size = uint()
  at += size
}

/** A variable-length number at `from`: [value, where it ends]. */
export function number(buffer, from) {
  bytes = buffer
  at = from
  return [uint(), at]
}

const GC = 0, DELETED = 1, STRING = 4, SKIP = 10

/** What an update holds: [client, clock, end, client, clock, end …]. For text in ASCII, one clock a character. */
export function ranges(buffer, from) {
  bytes = buffer
  at = from
  const found = []
  for (let clients = uint(); clients > 0; clients--) {
    let structs = uint()
    const client = uint()
    let clock = uint(), start = clock
    for (; structs > 0; structs--) {
      const info = bytes[at++], kind = info & 31
      if (kind === GC) { clock += uint(); continue }
      if (kind === SKIP) {
        if (clock > start) found.push(client, start, clock)
        start = clock += uint()
        continue
      }
      if (info & 0x80) { uint(); uint() }
      if (info & 0x40) { uint(); uint() }
      if (!(info & 0xc0)) {
        if (uint() === 1) skip()
        else { uint(); uint() }
        if (info & 0x20) skip()
      }
      if (kind === DELETED) clock += uint()
      else if (kind === STRING) { const size = uint(); at += size; clock += size }
      else throw new Error(`content ${kind} is not plain text`)
    }
    if (clock > start) found.push(client, start, clock)
  }
  return found
}
