// The load: asked in lines of JSON on stdin, answers in lines of JSON on stdout. One line is one act of `ACTS`.

import * as Y from "yjs"
import readline from "node:readline"

import { Crowd, pause } from "./crowd.mjs"
import { history } from "./history.mjs"
import { Person, reader } from "./person.mjs"
import { PROTOCOLS } from "./protocols.mjs"
import { Soak } from "./soak.mjs"

const PATIENCE_MS = 120_000
let target, crowd, holders = [], typing = null, soak = null
const paper = {}

const rounded = (value) => typeof value === "number" && Number.isFinite(value) ? Math.round(value * 1000) / 1000 : value

function written({ edits, perUpdate }) {
  const key = `${edits}/${perUpdate}`
  return (paper[key] ??= history(edits, perUpdate))
}

/** Put updates that made `doc` into a draft, and wait until another connection is shown all of it; one person stays. */
async function put({ room, token, updates, doc, perSecond = 1e9 }) {
  const writer = new Person(target, { room, token })
  await writer.comes()
  if (writer.text === null) throw new Error(`cut off: ${writer.cutOff}`)
  const began = performance.now()
  for (let n = 0; n < updates.length; n++) {
    while (n > (performance.now() - began) * perSecond / 1000) await pause(2)
    for (const one of target.protocol.update(room, updates[n])) writer.say(one)
    if (n % 200 === 0) await pause(0)
  }
  const end = performance.now() + PATIENCE_MS
  while (((await state(room, token)).get(doc.clientID) ?? 0) < Y.getState(doc.store, doc.clientID)) {
    if (performance.now() > end || writer.cutOff) throw new Error(`the text did not arrive; cut off: ${writer.cutOff}`)
    await pause(50)
  }
  holders.push(writer)
}

/** What a fresh connection is given: clocks by client. */
async function state(room, token) {
  const person = new Person(target, { room, token })
  await person.looks()
  return Y.decodeStateVector(Y.encodeStateVectorFromUpdate(person.text))
}

const ACTS = {
  target({ protocol, port, prefix }) {
    target = { protocol: PROTOCOLS[protocol], port, prefix, reads: reader() }
  },

  /** `text` lines into an empty draft. */
  async lines({ room, token, lines }) {
    const doc = new Y.Doc()
    doc.clientID = 1_000_001
    doc.getText("content").insert(0, Array.from({ length: lines }, (_, n) => `${n + 1}. ${"what was said ".repeat(4)}\n`).join(""))
    await put({ room, token, doc, updates: [Y.encodeStateAsUpdate(doc)] })
  },

  /** The text that a history left, in one update. */
  async text({ room, token, edits }) {
    const { doc } = written({ edits, perUpdate: 50 })
    await put({ room, token, doc, updates: [Y.encodeStateAsUpdate(doc)] })
  },

  /** A history, update by update, never faster than `perSecond`. */
  async history({ room, token, edits, perUpdate, perSecond }) {
    const began = performance.now()
    await put({ room, token, ...written({ edits, perUpdate }), perSecond })
    return { seconds: (performance.now() - began) / 1000 }
  },

  async sit({ people, writers }) {
    crowd?.leaves()
    crowd = new Crowd(target, people)
    const ms = await crowd.comes()
    crowd.write(writers)
    return { ms }
  },

  step: (how) => crowd.step(how),
  converged: () => crowd.converged(),

  /** Drop everybody's connection, and let them come back all at once. */
  async storm({ people }) {
    const all = new Crowd(target, people)
    await all.comes()
    all.leaves()
    await pause(300)
    for (const person of all.everybody) person.text = null
    const ms = await all.comes(people.length)
    const sizes = all.everybody.map((person) => person.bytes)
    const texts = new Set(all.everybody.map((person) => person.text.toString("latin1")))
    const lengths = [...texts].map((text) => {
      const doc = new Y.Doc()
      Y.applyUpdate(doc, Buffer.from(text, "latin1"))
      return doc.getText("content").length
    })
    all.leaves()
    return { ms, bytes: Math.min(...sizes), characters: Math.min(...lengths) }
  },

  /** A fresh connection, until the last byte of the text. */
  async open({ room, token }) {
    const person = new Person(target, { room, token })
    await person.looks()
    const doc = new Y.Doc()
    Y.applyUpdate(doc, person.text)
    return { ms: person.took, bytes: person.bytes, characters: doc.getText("content").length }
  },

  /** Type without end: the first of `people` types, the second looks on. */
  async type({ people, rate }) {
    crowd = new Crowd(target, people)
    await crowd.comes()
    crowd.write(1)
    crowd.delivered = 0
    const [person] = crowd.writers, frames = person.prepares(rate * 60)
    const began = performance.now()
    typing = setInterval(() => {
      while (person.sent < (performance.now() - began) * rate / 1000 && person.sent < frames.length && !person.cutOff) {
        crowd.sentAt[0].push(performance.now())
        person.types(frames[person.sent])
      }
    }, 2)
  },

  /** After the server died: what the one looking on had seen. */
  async seen() {
    await pause(50)
    clearInterval(typing)
    const found = { client: crowd.writers[0].client, sent: crowd.writers[0].sent, seen: crowd.everybody[1].seen[0] }
    crowd.leaves()
    crowd = null
    return found
  },

  /** How much of what `client` typed is in the text now. */
  async kept({ room, token, client }) {
    return { kept: (await state(room, token)).get(client) ?? 0 }
  },

  soak(how) {
    soak = new Soak(target, how)
    soak.begins()
  },
  soaked: () => soak.said(),
  stop: () => soak.ends(),

  leave() {
    crowd?.leaves()
    crowd = null
    for (const holder of holders) holder.leaves()
    holders = []
  },
}

process.on("uncaughtException", (error) => { console.log(JSON.stringify({ error: String(error.stack) })) })
for await (const line of readline.createInterface({ input: process.stdin })) {
  const { act, ...rest } = JSON.parse(line)
  try {
    const answer = (await ACTS[act](rest)) ?? {}
    console.log(JSON.stringify(answer, (_, value) => value === Infinity ? null : rounded(value)))
  } catch (error) {
    console.log(JSON.stringify({ error: String(error.stack ?? error) }))
  }
}
process.exit()
