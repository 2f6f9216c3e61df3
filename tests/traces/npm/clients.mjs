// Unmodified y-websocket clients that replay an editing history or send very much at once.
// node clients.mjs replay BASE DRAFT TRACE TOKEN…      one client for each agent, cut off CUTS times
// node clients.mjs flood BASE DRAFT FRAMES TOKEN       one client, every frame before the first is answered
// BASE is ws://host/yjs/<event>. Says one line of JSON at the end; exits 1 if the text is not what it must be.
import fs from "node:fs";
import zlib from "node:zlib";
import WebSocket from "ws";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";

const CUTS = 25;
const WAIT_MS = 300_000;
const [act, base, draft, what, ...tokens] = process.argv.slice(2);

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
async function until(true_, words) {
  const end = Date.now() + WAIT_MS;
  while (!true_()) {
    if (Date.now() > end) fail(`${words} did not happen in ${WAIT_MS} ms`);
    await sleep(2);
  }
}
function fail(words) {
  console.error(words);
  process.exit(1);
}

function connect(token) {
  const doc = new Y.Doc();
  const line = new WebsocketProvider(base, draft, doc, { WebSocketPolyfill: WebSocket, params: { token }, disableBc: true });
  const closes = [];
  line.on("connection-close", (event) => event && closes.push(event.code));
  return { doc, line, closes, text: doc.getText("content") };
}

async function newcomerReads(wanted) {
  const newcomer = connect(tokens[0]);
  await until(() => newcomer.text.toString() === wanted, "a newcomer's reading the whole text");
  newcomer.line.destroy();
}

// positions in traces are code points, in Yjs UTF-16 units
function unit(text, point) {
  let at = 0;
  for (let n = 0; n < point; n += 1) at += text.codePointAt(at) > 0xffff ? 2 : 1;
  return at;
}
const astral = /[\ud800-\udfff]/;

function edit(text, [at, gone, added]) {
  let [from, to] = [at, at + gone];
  const now = text.toString();
  if (astral.test(now)) [from, to] = [unit(now, from), unit(now, to)];
  if (to > from) text.delete(from, to - from);
  if (added) text.insert(from, added);
}

function stepsOf(trace) {
  if (trace.kind === "concurrent") return trace.txns;
  const first = trace.startContent ? [{ patches: [[0, 0, trace.startContent]] }] : [];
  return [...first, ...trace.txns].map(({ patches }, n) => ({ agent: 0, parents: n ? [n - 1] : [], patches }));
}

// steps that only `ours` and only `theirs` have seen
function apart(steps, ours, theirs) {
  const sides = new Map(ours.map((index) => [index, 1]));
  for (const index of theirs) sides.set(index, (sides.get(index) ?? 0) | 2);
  const found = [[], []];
  const lone = () => [...sides.values()].some((side) => side !== 3);
  while (lone()) {
    const index = Math.max(...sides.keys());
    const side = sides.get(index);
    sides.delete(index);
    if (side !== 3) found[side - 1].push(index);
    for (const parent of steps[index].parents) sides.set(parent, (sides.get(parent) ?? 0) | side);
  }
  return found.map((list) => list.sort((a, b) => a - b));
}

async function replay() {
  const trace = JSON.parse(zlib.gunzipSync(fs.readFileSync(what)));
  const steps = stepsOf(trace);
  const agents = 1 + steps.reduce((most, { agent }) => Math.max(most, agent), 0);
  const clients = Array.from({ length: agents }, (_, n) => connect(tokens[n % tokens.length]));
  for (const { line } of clients) await until(() => line.synced, "synchronising");
  const made = [];
  const pages = new Map();
  let fresh = 0;
  let cuts = 0;
  let seed = steps.length;
  const chance = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
  for (const [index, { agent, parents, patches }] of steps.entries()) {
    const { doc, line } = clients[agent];
    let page = pages.get(agent);
    let [extra, missing] = page ? apart(steps, page.seen, parents) : [[1], []];
    if (extra.length) {
      // going on from an older state is another pen; of two who write at one place, the lower number stands first
      page = { doc: new Y.Doc(), seen: [] };
      page.doc.clientID = (agent + 1) * 1_000_000 + (fresh += 1);
      page.doc.on("update", (update) => (page.last = update));
      pages.set(agent, page);
      missing = apart(steps, [], parents)[1];
    }
    for (const other of missing) {
      const { client, clock } = made[other];
      await until(() => Y.getState(doc.store, client) >= clock, `the arrival of step ${other}`);
      Y.applyUpdate(page.doc, made[other].update);
    }
    page.last = null;
    const text = page.doc.getText("content");
    page.doc.transact(() => patches.forEach((patch) => edit(text, patch)));
    page.seen = [index];
    const client = page.doc.clientID;
    made.push({ client, clock: Y.getState(page.doc.store, client), update: page.last ?? new Uint8Array([0, 0]) });
    Y.applyUpdate(doc, made[index].update);
    if (chance() < CUTS / steps.length) {
      cuts += 1;
      if (chance() < 0.5) line.ws?.terminate();
      else {
        line.disconnect();
        setTimeout(() => line.connect(), 200 * chance());
      }
    }
    if (index % 200 === 0) await sleep(1);
  }
  for (const { text } of clients) await until(() => text.toString() === trace.endContent, "ending with the text of the trace");
  await newcomerReads(trace.endContent);
  console.log(JSON.stringify({ steps: steps.length, agents, cuts, characters: trace.endContent.length }));
}

async function flood() {
  const client = connect(tokens[0]);
  await until(() => client.line.synced, "synchronising");
  const before = Date.now();
  for (let n = 0; n < Number(what); n += 1) client.text.insert(client.text.length, `${n % 10}`);
  const wanted = client.text.toString();
  await newcomerReads(wanted);
  const same = client.text.toString() === wanted;
  console.log(JSON.stringify({ frames: Number(what), seconds: (Date.now() - before) / 1000, closes: client.closes, same }));
}

await (act === "replay" ? replay() : flood());
process.exit(0);
