// People who come and go for minutes: each types a little, takes it back, and leaves after a while for another to come.

import { Person } from "./person.mjs"

const TICK_MS = 100, BURST = 20

export class Soak {
  /** `people`: who may sit where; `present`: how many are there at a time; `stays_s`: how long each stays. */
  constructor(target, { people, present, stays_s }) {
    Object.assign(this, { target, people, present, stays_s, next: 0, joins: 0, edits: 0, heard: 0, cut: 0, here: [] })
  }

  begins() {
    for (let n = 0; n < this.present; n++) this.comes(performance.now() - Math.random() * this.stays_s * 1000)
    this.timer = setInterval(() => this.tick(), TICK_MS)
  }

  comes(since = performance.now()) {
    const who = this.people[this.next++ % this.people.length]
    const person = new Person(this.target, who, { hears: (_, found) => { this.heard += found.length / 3 } })
    person.since = since
    this.here.push(person)
    this.joins++
    person.comes().then(() => { if (person.text !== null) { person.writes(this.next % 20); person.burst = [] } })
  }

  tick() {
    const now = performance.now()
    for (const person of this.here) {
      if (person.cutOff || now - person.since > this.stays_s * 1000) this.goes(person)
      else if (person.burst) this.types(person)
    }
  }

  types(person) {
    if (!person.burst.length) {
      const typed = person.prepares(BURST)
      person.made = []
      for (let n = 0; n < BURST; n++) person.content.delete(--person.at, 1)
      person.burst = [...typed, ...person.made.map((update) => this.target.protocol.update(person.room, update))]
    }
    if (Math.random() < 0.3) { this.edits++; person.types(person.burst.shift()) }
  }

  goes(person) {
    if (person.cutOff) this.cut++
    for (const frames of person.burst ?? []) person.types(frames)
    this.here = this.here.filter((other) => other !== person)
    setTimeout(() => person.leaves(), 50)
    this.comes()
  }

  said() {
    return { joins: this.joins, edits: this.edits, heard: this.heard, cut: this.cut }
  }

  ends() {
    clearInterval(this.timer)
    for (const person of this.here) person.leaves()
    return this.said()
  }
}
