// A text as a person writes one for weeks: short runs at the cursor, words taken back, jumps to somewhere else.
// The shape is that of the trace "automerge-paper": of 250,000 edits three in ten are deletions; 100 KB are left.

import * as Y from "yjs"

const LETTERS = "etaoinshrdlucmfwypvbgkjqxz".split("")

/** Numbers from 0 to 1, the same ones in every run (mulberry32). */
export function dice(seed) {
  let a = seed
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** The history in updates of `perUpdate` edits, and the document that they left. */
export function history(edits, perUpdate) {
  const roll = dice(7), doc = new Y.Doc(), text = doc.getText("content"), updates = []
  doc.clientID = 1_000_003
  doc.on("update", (update) => updates.push(update))
  let cursor = 0, left = 0, deleting = false
  const turn = () => {
    if (roll() < 0.12) cursor = Math.floor(roll() * (text.length + 1))
    deleting = text.length > 50 && roll() < 0.36
    left = 1 + Math.floor(-Math.log(1 - roll()) * (deleting ? 9 : 12))
  }
  for (let done = 0; done < edits; ) {
    doc.transact(() => {
      for (let n = 0; n < perUpdate && done < edits; n++, done++) {
        if (left-- <= 0) turn()
        if (deleting && cursor > 0) text.delete(--cursor, 1)
        else text.insert(cursor++, roll() < 0.17 ? (roll() < 0.02 ? "\n" : " ") : LETTERS[Math.floor(roll() ** 2 * 26)])
      }
    })
  }
  return { doc, updates }
}
