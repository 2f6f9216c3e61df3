// An unmodified y-websocket, led by lines of JSON on stdin. Arguments: package, server, room, token.
import { createInterface } from "node:readline";
import WebSocket from "ws";
import * as Y from "yjs";

const [name, server, room, token] = process.argv.slice(2);
const { WebsocketProvider } = await import(name);
const doc = new Y.Doc();
const text = doc.getText("content");
const say = (event, more = {}) => process.stdout.write(`${JSON.stringify({ event, ...more })}\n`);
const provider = new WebsocketProvider(server, room, doc, {
  params: { token },
  WebSocketPolyfill: WebSocket,
  disableBc: true,
});
provider.on("sync", (synced) => synced && say("synced", { text: text.toString() }));
provider.on("connection-close", (event) => say("closed", { code: event?.code ?? null }));
doc.on("update", () => say("text", { text: text.toString() }));
provider.awareness.on("change", () => {
  const others = [...provider.awareness.getStates()].filter(([client]) => client !== doc.clientID);
  say("others", { users: others.map(([, state]) => state.user?.id ?? null) });
});
createInterface({ input: process.stdin })
  .on("line", (line) => {
    const order = JSON.parse(line);
    if (order.type !== undefined) text.insert(text.length, order.type);
    if (order.connect !== undefined) order.connect ? provider.connect() : provider.disconnect();
    if (order.cursor) provider.awareness.setLocalStateField("cursor", null);
  })
  .on("close", () => process.exit(0));
