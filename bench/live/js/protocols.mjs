// How each server is spoken to. A person has `say(frame)`, and hears `step1(state)`, `step2(…)` and `update(…)`.

import * as encoding from "lib0/encoding"

import { number } from "./updates.mjs"
import { frame, words } from "./wire.mjs"

const SYNC = 0, AUTH = 2, SYNC_REPLY = 4
const STEP_1 = 0, STEP_2 = 1, UPDATE = 2

function message(kind, body, name) {
  const encoder = encoding.createEncoder()
  if (name !== undefined) encoding.writeVarString(encoder, name)
  encoding.writeVarUint(encoder, SYNC)
  encoding.writeVarUint(encoder, kind)
  encoding.writeVarUint8Array(encoder, body)
  return frame(encoding.toUint8Array(encoder))
}

function read(person, bytes, from) {
  let [type, at] = number(bytes, from)
  if (type !== SYNC && type !== SYNC_REPLY) return
  let kind, size
  ;[kind, at] = number(bytes, at)
  ;[size, at] = number(bytes, at)
  if (kind === STEP_1) person.step1(bytes.subarray(at, at + size))
  else if (kind === STEP_2) person.step2(bytes, at, at + size)
  else if (kind === UPDATE) person.update(bytes, at, at + size)
}

/** y-websocket: ours, `@y/websocket-server`, y-websocket 2.1 and pycrdt-websocket. */
const yWebsocket = {
  path: (room, token) => `/${room}${token ? `?token=${token}` : ""}`,
  begin: (person, state) => person.say(message(STEP_1, state)),
  hear: (person, bytes, from) => read(person, bytes, from),
  update: (_room, body) => [message(UPDATE, body)],
  answer: (person, body) => person.say(message(STEP_2, body)),
}

/** Hocuspocus: the document's name before every message, and a word of authentication first. */
const hocuspocus = {
  path: () => "/",
  begin(person, state) {
    const encoder = encoding.createEncoder()
    encoding.writeVarString(encoder, person.room)
    encoding.writeVarUint(encoder, AUTH)
    encoding.writeVarUint(encoder, 0)
    encoding.writeVarString(encoder, "")
    person.say(frame(encoding.toUint8Array(encoder)))
    person.say(message(STEP_1, state, person.room))
  },
  hear(person, bytes, from) {
    const [size, at] = number(bytes, from)
    read(person, bytes, at + size)
  },
  update: (room, body) => [message(UPDATE, body, room)],
  answer: (person, body) => person.say(message(STEP_2, body, person.room)),
}

/** y-socket.io: Socket.IO over WebSocket; a binary event is a packet of words and a binary frame. */
const HELD = '{"_placeholder":true,"num":0}'
const ySocketIo = {
  path: () => "/socket.io/?EIO=4&transport=websocket",
  begin(person, state) {
    person.first = state
  },
  hear(person, bytes, from, to, isText) {
    if (!isText) {
      const [then, id] = person.awaits ?? []
      person.awaits = null
      if (then === "update") person.update(bytes, from, to)
      else if (then === "step2") person.step2(bytes, from, to)
      else if (then === "step1") {
        person.ack = id
        person.step1(bytes.subarray(from, to))
        if (person.text === null) this.ask(person) // what was asked before it had read its disk, it did not hear
      }
      return
    }
    const nsp = `/yjs|${person.room},`
    const text = bytes.toString("utf8", from, to)
    if (text[0] === "0") return person.say(words(`40${nsp}`))
    if (text === "2") return person.say(words("3"))
    if (text.startsWith(`40${nsp}`)) return this.ask(person)
    if (text.startsWith("461-")) person.awaits = ["step2"]
    else if (text.includes('"sync-update"')) person.awaits = ["update"]
    else if (text.includes('"sync-step-1"')) person.awaits = ["step1", text.slice(4 + nsp.length).match(/^\d+/)?.[0] ?? ""]
    else if (text.startsWith("451-")) person.awaits = ["other"]
  },
  ask(person) {
    person.say(words(`451-/yjs|${person.room},0["sync-step-1",${HELD}]`))
    person.say(frame(person.first))
  },
  update: (room, body) => [words(`451-/yjs|${room},["sync-update",${HELD}]`), frame(body)],
  answer(person, body) {
    person.say(words(`461-/yjs|${person.room},${person.ack}[${HELD}]`))
    person.say(frame(body))
  },
}

export const PROTOCOLS = { "y-websocket": yWebsocket, hocuspocus, "y-socket.io": ySocketIo }
