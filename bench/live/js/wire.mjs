// One WebSocket as a client sees it, without compression and with as little work per frame as Node allows.

import { randomBytes } from "node:crypto"
import net from "node:net"

const BINARY = 2, TEXT = 1, CLOSE = 8, PING = 9, PONG = 10
const scratch = Buffer.allocUnsafe(256 * 1024) // what a socket read is handled before the next socket is read

/** A masked frame, ready to be written. Made before the clock runs where that matters. */
export function frame(payload, opcode = BINARY) {
  const size = payload.length
  const head = size < 126 ? 2 : size < 65536 ? 4 : 10
  const out = Buffer.allocUnsafe(head + 4 + size)
  out[0] = 0x80 | opcode
  if (head === 2) out[1] = 0x80 | size
  else if (head === 4) { out[1] = 0xfe; out.writeUInt16BE(size, 2) }
  else { out[1] = 0xff; out.writeBigUInt64BE(BigInt(size), 2) }
  const mask = randomBytes(4)
  mask.copy(out, head)
  for (let i = 0; i < size; i++) out[head + 4 + i] = payload[i] ^ mask[i & 3]
  return out
}

export const words = (text) => frame(Buffer.from(text), TEXT)

export class Wire {
  /** `hear(bytes, from, to, isText)` gets each message in a buffer that is good until it returns. */
  constructor(port, path, { opened, hear, gone }) {
    this.open = false
    this.hear = hear
    this.rest = []
    this.have = 0
    this.need = 0
    this.parts = []
    this.opened = opened
    this.socket = net.connect({
      host: "127.0.0.1", port,
      onread: { buffer: scratch, callback: (size, bytes) => (this.take(bytes, size), true) },
    })
    this.socket.setNoDelay(true)
    this.socket.on("connect", () => this.socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\nSec-WebSocket-Version: 13\r\n\r\n`))
    this.socket.on("error", () => {})
    this.socket.on("close", () => { this.open = false; gone?.(this) })
  }

  write(framed) {
    this.socket.write(framed)
  }

  end() {
    this.socket.destroy()
  }

  take(bytes, size) {
    let from = 0
    if (this.have > 0) {
      this.rest.push(Buffer.from(bytes.subarray(0, size)))
      this.have += size
      if (this.have < this.need) return
      bytes = Buffer.concat(this.rest)
      size = bytes.length
    }
    if (!this.open) {
      const end = bytes.subarray(0, size).indexOf("\r\n\r\n")
      if (end < 0) return this.keep(bytes, 0, size, size + 1)
      const status = bytes.toString("latin1", 0, 12)
      if (!status.endsWith("101")) { this.refused = status; return this.end() }
      this.open = true
      from = end + 4
      this.opened?.(this)
    }
    while (from + 2 <= size) {
      let head = 2, length = bytes[from + 1] & 127
      if (length === 126) {
        if (from + 4 > size) break
        length = bytes.readUInt16BE(from + 2)
        head = 4
      } else if (length === 127) {
        if (from + 10 > size) break
        length = Number(bytes.readBigUInt64BE(from + 2))
        head = 10
      }
      const end = from + head + length
      if (end > size) return this.keep(bytes, from, size, end - from)
      this.message(bytes, from + head, end, bytes[from])
      from = end
    }
    this.keep(bytes, from, size, size - from + 1)
  }

  keep(bytes, from, size, need) {
    this.rest = from < size ? [Buffer.from(bytes.subarray(from, size))] : []
    this.have = size - from
    this.need = need
  }

  message(bytes, from, to, first) {
    const opcode = first & 15
    if (opcode === PING) return this.write(frame(bytes.subarray(from, to), PONG))
    if (opcode === CLOSE) {
      this.code = to - from >= 2 ? bytes.readUInt16BE(from) : 1005
      return this.end()
    }
    if (opcode === PONG) return
    if ((first & 0x80) === 0 || opcode === 0) { // a message in pieces
      this.parts.push(Buffer.from(bytes.subarray(from, to)))
      if ((first & 0x80) === 0) { if (opcode) this.kind = opcode; return }
      const whole = Buffer.concat(this.parts)
      this.parts = []
      return this.hear(whole, 0, whole.length, this.kind === TEXT)
    }
    this.hear(bytes, from, to, opcode === TEXT)
  }
}
