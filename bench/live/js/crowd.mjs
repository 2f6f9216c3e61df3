// Many people at once: what each of them types, and when it is on every other screen.

import * as Y from "yjs"

import { Person } from "./person.mjs"

const SLOT_MS = 0.1, SLOTS = 100_000, LATE_MS = 50, CHECKERS = 2

export class Crowd {
  constructor(target, people) {
    this.times = new Uint32Array(SLOTS + 1)
    this.everybody = people.map((who, i) =>
      new Person(target, who, { hears: (person, found, now) => this.hears(person, found, now), keeps: i < CHECKERS }))
  }

  /** Everybody comes, `at once` or a few at a time; resolves when all have the text. */
  async comes(atOnce = 20) {
    const began = performance.now()
    for (let i = 0; i < this.everybody.length; i += atOnce) {
      await Promise.all(this.everybody.slice(i, i + atOnce).map((person) => person.comes()))
    }
    const missing = this.everybody.filter((person) => person.text === null)
    if (missing.length) throw new Error(`${missing.length} did not get the text: ${missing[0].cutOff}`)
    return performance.now() - began
  }

  /** The first `writers` sit down to write, each on a line of their own. */
  write(writers = this.everybody.length) {
    this.writers = this.everybody.slice(0, writers)
    this.writers.forEach((person, i) => person.writes(i + 1))
    this.number = new Map(this.writers.map((person, i) => [person.client, i]))
    this.sentAt = this.writers.map(() => [])
    for (const person of this.everybody) person.seen = new Uint32Array(writers)
    const rooms = new Map()
    for (const person of this.everybody) rooms.set(person.room, (rooms.get(person.room) ?? 0) + 1)
    this.others = this.writers.map((person) => rooms.get(person.room) - 1)
    this.gaps = 0
  }

  hears(person, found, now) {
    if (!this.number) return
    for (let i = 0; i < found.length; i += 3) {
      const writer = this.number.get(found[i])
      if (writer === undefined || this.writers[writer] === person) continue
      const sentAt = this.sentAt[writer], end = found[i + 2]
      let clock = person.seen[writer]
      if (found[i + 1] > clock) this.gaps++
      for (; clock < end; clock++) {
        const slot = Math.floor((now - sentAt[clock]) / SLOT_MS)
        this.times[slot < SLOTS ? slot : SLOTS]++
        this.delivered++
      }
      if (end > person.seen[writer]) person.seen[writer] = end
    }
  }

  /** `rate` edits a second for `seconds`, then up to `patience` seconds until everybody has everything. */
  async step({ rate, seconds, patience = 5 }) {
    const count = Math.round(rate * seconds), writers = this.writers.length
    const frames = this.writers.map((person, i) => person.prepares(Math.ceil((count - i) / writers)))
    await pause(20)
    this.times.fill(0)
    this.delivered = 0
    const cut = this.cutOff()
    let expected = 0, late = 0, latest = 0
    const before = process.cpuUsage(), began = performance.now()
    for (let n = 0; n < count; ) {
      const due = Math.min(count, Math.floor((performance.now() - began) * rate / 1000) + 1)
      for (; n < due; n++) {
        const writer = n % writers, person = this.writers[writer], now = performance.now()
        this.sentAt[writer].push(now)
        person.types(frames[writer][Math.floor(n / writers)])
        expected += this.others[writer]
        const behind = now - began - n * 1000 / rate
        if (behind > LATE_MS) late++
        if (behind > latest) latest = behind
      }
      await pause(1)
    }
    const sending = performance.now() - began, used = process.cpuUsage(before)
    const end = performance.now() + patience * 1000
    while (this.delivered < expected && performance.now() < end) await pause(5)
    if (expected === 0) await pause(300) // nobody else is there to say that it arrived
    return {
      edits: count, expected, delivered: this.delivered, gaps: this.gaps, lost_ground: this.cutOff() - cut,
      ...this.quantiles(expected), seconds: sending / 1000, whole_s: (performance.now() - began) / 1000,
      late: late / count, latest_ms: latest, busy: (used.user + used.system) / 1000 / sending,
    }
  }

  cutOff() {
    return this.everybody.filter((person) => person.cutOff).length
  }

  /** What did not arrive counts as slower than everything that did. */
  quantiles(expected) {
    const found = { p50: Infinity, p95: Infinity, p99: Infinity }
    for (const name of Object.keys(found)) {
      let left = Math.ceil(expected * Number(name.slice(1)) / 100)
      for (let slot = 0; slot < SLOTS; slot++) if ((left -= this.times[slot]) <= 0) { found[name] = (slot + 1) * SLOT_MS; break }
    }
    return found
  }

  /** Whether two whole Yjs documents, made of what two people received and typed, are equal and have everything. */
  converged() {
    const [one, other] = this.everybody.slice(0, CHECKERS).map((person) => {
      const doc = new Y.Doc()
      const own = person.doc ? [Y.encodeStateAsUpdate(person.doc)] : []
      doc.transact(() => [person.text, ...person.kept, ...own].forEach((update) => Y.applyUpdate(doc, update)))
      return doc
    })
    const state = Y.decodeStateVector(Y.encodeStateVector(one))
    const whole = this.writers.every((person) => person.room !== this.everybody[0].room || (state.get(person.client) ?? 0) >= person.sent)
    return { equal: one.getText("content").toString() === other.getText("content").toString(), whole }
  }

  leaves() {
    for (const person of this.everybody) person.leaves()
  }
}

/** Wait; 1 ms is as short as Node's timers go. */
export const pause = (ms) => new Promise((done) => setTimeout(done, ms))
