// Somebody at a draft: a connection, what was seen through it, and a Yjs document that makes what they type.

import * as Y from "yjs"

import { ranges } from "./updates.mjs"
import { Wire } from "./wire.mjs"

const NOTHING = Uint8Array.of(0, 0)
const LOOK_MS = 3000
const NO_STATE = Uint8Array.of(0)
let clients = 0

export class Person {
  /** `hears(person, ranges, now)` gets every edit that arrives, by client and clock. */
  constructor(target, { room, token }, { hears = () => {}, keeps = false } = {}) {
    this.target = target
    this.room = room
    this.token = token
    this.hears = hears
    this.kept = keeps ? [] : null
    this.synced = new Promise((done) => { this.arrived = done })
    this.text = null
    this.bytes = 0
    this.sent = 0
  }

  /** Connect; `synced` is kept when the last byte of the text is here. */
  comes() {
    this.began = performance.now()
    this.here = true
    this.synced = new Promise((done) => { this.arrived = done })
    const { protocol, port, prefix } = this.target
    this.wire = new Wire(port, (prefix ?? "") + protocol.path(this.room, this.token), {
      opened: () => protocol.begin(this, NO_STATE),
      hear: (bytes, from, to, isText) => protocol.hear(this, bytes, from, to, isText),
      gone: () => { if (this.here) this.cutOff = this.wire.code ?? this.wire.refused ?? true; this.arrived(null) },
    })
    return this.synced
  }

  /** Come to a draft that has a text, and leave when the whole of it is here, or after a while. */
  async looks() {
    await this.comes()
    if (this.text === null) throw new Error(`cut off: ${this.cutOff}`)
    if (this.text.length <= 2) {
      await new Promise((done) => { this.filled = done; setTimeout(done, LOOK_MS) })
    }
    this.leaves()
  }

  leaves() {
    this.here = false
    this.wire.end()
  }

  say(framed) {
    this.wire.write(framed)
  }

  // what the server says

  step1() {
    this.target.protocol.answer(this, NOTHING)
  }

  step2(bytes, from, to) {
    if (this.text === null || to - from > 2) {
      this.took = performance.now() - this.began
      this.bytes = to - from
      this.text = Buffer.from(bytes.subarray(from, to))
    }
    this.arrived(this)
  }

  update(bytes, from, to) {
    const now = performance.now()
    if (this.text !== null && this.text.length <= 2) { // some servers answer before they have read their disk
      this.took = now - this.began
      this.bytes = to - from
      this.text = Buffer.from(bytes.subarray(from, to))
      this.filled?.()
    }
    this.kept?.push(Buffer.from(bytes.subarray(from, to)))
    this.hears(this, this.target.reads(bytes, from, to), now)
  }

  // writing

  /** Sit down to write after `line` lines of the text; nothing that others write is joined to this document. */
  writes(line) {
    this.doc = new Y.Doc()
    if (this.text) Y.applyUpdate(this.doc, this.text)
    this.doc.clientID = this.client = 2_000_000 + ++clients * 7 + Math.floor(Math.random() * 7)
    this.content = this.doc.getText("content")
    const lines = this.content.toString().split("\n").slice(0, line)
    this.at = Math.min(this.content.length, lines.join("\n").length)
    this.made = []
    this.doc.on("update", (update) => this.made.push(update))
  }

  /** `count` edits of one character each, as frames that are ready to be sent. */
  prepares(count) {
    this.made = []
    for (let i = 0; i < count; i++) this.content.insert(this.at++, "abcdefghijklmnopqrstuvwxyz "[(this.at * 7) % 27])
    return this.made.map((update) => this.target.protocol.update(this.room, update))
  }

  types(frames) {
    this.sent++
    for (const one of frames) this.wire.write(one)
  }
}

/** Reads each update once, however many get the same bytes. */
export function reader() {
  let last = Buffer.alloc(0), found = []
  return (bytes, from, to) => {
    if (to - from !== last.length || last.compare(bytes, from, to) !== 0) {
      last = Buffer.from(bytes.subarray(from, to))
      found = ranges(bytes, from)
    }
    return found
  }
}
