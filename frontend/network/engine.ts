/** One connection below Socket.IO (Engine.IO, protocol 4): WebSocket, and long-polling where a network blocks that. It stays on the way that it opened on. */

export interface Heard {
  opened(): void;
  message(said: string | ArrayBuffer): void;
  /** Once: it ended, or could not be opened at all. */
  closed(): void;
}

export interface Engine {
  /** What is said in one call goes out together, in this order. */
  send(said: (string | Uint8Array)[]): void;
  close(): void;
}

/** Packets of one transport, without knowing what they mean. */
interface Transport {
  send(packets: (string | Uint8Array)[]): void;
  /** The server named the session, and the most bytes that it takes at once. */
  named(sid: string, most: number): void;
  close(): void;
}

type Take = (packet: string | ArrayBuffer) => void;
type Open = (take: Take, failed: () => void) => Transport;

const PATH = "/socket.io/?EIO=4&transport=";
const [OPEN, CLOSE, PING, PONG, MESSAGE] = ["0", "1", "2", "3", "4"];
const BETWEEN = "\x1e";

const byWebSocket: Open = (take, failed) => {
  const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}${PATH}websocket`);
  socket.binaryType = "arraybuffer";
  socket.onmessage = ({ data }) => take(data as string | ArrayBuffer);
  socket.onclose = failed;
  return {
    send: (packets) => packets.forEach((packet) => socket.send(packet as string)),
    named() {},
    close: () => socket.close(),
  };
};

const toBase64 = (bytes: Uint8Array): string => `b${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))}`;

const fromBase64 = (text: string): ArrayBuffer => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)).buffer;

const byPolling: Open = (take, failed) => {
  const over = new AbortController();
  let session = "";
  let [most, saying] = [Infinity, false];
  let waiting: string[] = [];
  const ask = async (body?: string): Promise<string> => {
    const answer = await fetch(`${PATH}polling${session}`, { ...(body !== undefined && { method: "POST", body }), cache: "no-store", signal: over.signal });
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    return answer.text();
  };
  const listen = async () => {
    while (!over.signal.aborted)
      for (const packet of (await ask()).split(BETWEEN)) take(packet.startsWith("b") ? fromBase64(packet.slice(1)) : packet);
  };
  const say = async () => {
    saying = true;
    while (waiting.length) {
      let [count, size] = [1, waiting[0]!.length];
      // signs outside ASCII are at most three bytes each in UTF-8
      while (count < waiting.length && (size += waiting[count]!.length + 1) * 3 <= most) count += 1;
      await ask(waiting.splice(0, count).join(BETWEEN));
    }
    saying = false;
  };
  listen().catch(failed);
  return {
    send(packets) {
      waiting.push(...packets.map((packet) => (typeof packet === "string" ? packet : toBase64(packet))));
      if (!saying) say().catch(failed);
    },
    named(sid, bytes) {
      session = `&sid=${encodeURIComponent(sid)}`;
      most = bytes;
    },
    close() {
      over.abort();
      if (session) void fetch(`${PATH}polling${session}`, { method: "POST", body: CLOSE!, keepalive: true }).catch(() => {});
    },
  };
};

/** Try one way after the other. `patience_ms` is how long all of it may take; a way that says nothing for half of it is left for the next. */
export function openEngine(heard: Heard, patience_ms: number): Engine {
  const ways: Open[] = [byWebSocket, byPolling];
  let transport: Transport;
  let [opened, over] = [false, false];
  let silence_ms = patience_ms;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const end = () => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    removeEventListener("offline", end);
    transport.close();
    heard.closed();
  };
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(end, silence_ms);
  };
  const take: Take = (packet) => {
    if (over) return;
    if (typeof packet !== "string") return heard.message(packet);
    const [kind, rest] = [packet[0], packet.slice(1)];
    if (kind === MESSAGE) return heard.message(rest);
    if (kind === CLOSE) return end();
    if (kind === PING) transport.send([PONG + rest]);
    else if (kind === OPEN) {
      const { sid, pingInterval, pingTimeout, maxPayload } = JSON.parse(rest) as { sid: string; pingInterval: number; pingTimeout: number; maxPayload?: number };
      silence_ms = pingInterval + pingTimeout;
      transport.named(sid, maxPayload ?? Infinity);
      opened = true;
      heard.opened();
    }
    wait();
  };
  const next = () => {
    const way = ways.shift()!;
    let [failed, tried] = [false, null as Transport | null];
    const fail = () => {
      if (over || failed) return;
      if (opened || ways.length === 0) return end();
      failed = true;
      tried?.close();
      next();
    };
    transport = tried = way((packet) => failed || take(packet), fail);
    if (ways.length) setTimeout(() => opened || fail(), patience_ms / 2);
  };
  addEventListener("offline", end);
  next();
  wait();
  return {
    send: (said) => over || transport.send(said.map((one) => (typeof one === "string" ? MESSAGE + one : one))),
    close: end,
  };
}
