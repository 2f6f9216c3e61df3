// A page without a browser: socket.io-client and yjs as they come, led by lines of JSON on stdin.
// Answers are lines of JSON on stdout: {event, ...}. Transport, address and what is said at the door come as arguments.
import { createInterface } from "node:readline";
import { Buffer } from "node:buffer";
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { io } from "socket.io-client";
import * as syncProtocol from "y-protocols/sync";
import * as Y from "yjs";

const [address, transport, auth] = process.argv.slice(2);
const doc = new Y.Doc();
const text = doc.getText("content");
const say = (event, more = {}) => process.stdout.write(`${JSON.stringify({ event, ...more })}\n`);
const transports = transport === "upgraded" ? ["polling", "websocket"] : [transport];
const socket = io(address, { transports, reconnection: false, auth: JSON.parse(auth) });
let sent = 0;

function send(write, edits) {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, 0);
  write(encoder);
  if (encoding.length(encoder) > 1) socket.emit("y", edits ? ++sent : 0, encoding.toUint8Array(encoder));
}

doc.on("update", (update, origin) => {
  if (origin !== "server") send((encoder) => syncProtocol.writeUpdate(encoder, update), true);
  else say("text", { text: text.toString() });
});
socket.on("welcome", (welcome) => {
  say("welcome", welcome);
  send((encoder) => syncProtocol.writeSyncStep1(encoder, doc), false);
});
socket.on("y", (bytes) => {
  const decoder = decoding.createDecoder(new Uint8Array(bytes));
  if (decoding.readVarUint(decoder) !== 0) return;
  let kind;
  send((encoder) => (kind = syncProtocol.readSyncMessage(decoder, encoder, doc, "server")), true);
  if (kind === 1) say("synced", { text: text.toString() });
});
for (const event of ["refused", "news"]) socket.on(event, (said) => say(event, said));
socket.io.on("open", () => socket.io.engine.on("upgrade", () => say("upgrade")));
socket.on("saved", (n) => say("saved", { n, sent }));
socket.on("disconnect", (reason) => say("disconnect", { reason }));
socket.on("connect_error", (error) => say("connect_error", { message: error.message, data: error.data ?? null }));

createInterface({ input: process.stdin }).on("line", (line) => {
  const order = JSON.parse(line);
  if (order.type !== undefined) text.insert(text.length, order.type);
  if (order.raw !== undefined) socket.emit("y", order.n, Buffer.from(order.raw, "hex"));
  if (order.emit !== undefined) socket.emit(...order.emit);
}).on("close", () => process.exit(0));
