// Sends messages of every size class as bytes and as text, hears each of them back as it was, and says how many.
import { randomBytes } from "node:crypto";
import WebSocket from "ws";

const [address, deflate, ...sizes] = process.argv.slice(2);
const socket = new WebSocket(address, { perMessageDeflate: deflate === "true" });
const sent = sizes.map(Number).flatMap((size) => [
  randomBytes(size),
  Buffer.alloc(size, "words and "),
  "é".repeat(size / 2) + "x".repeat(size % 2),
]);
let heard = 0;

socket.on("open", () => sent.forEach((message) => socket.send(message)));
socket.on("message", (data, isBinary) => {
  const wanted = sent[heard];
  const same = isBinary ? data.equals(wanted) : data.toString() === wanted;
  if (!same) throw new Error(`message ${heard} of ${data.length} bytes came back changed`);
  if (++heard === sent.length) socket.close(1000, "done");
});
socket.on("close", (code) => {
  console.log(JSON.stringify({ heard, code, deflate: socket.extensions }));
  process.exit(0);
});
