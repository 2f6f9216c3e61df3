/** The network of a real page: Socket.IO, WebSocket first, long-polling where that is blocked. */
import { io, type Socket } from "socket.io-client";
import type { Ears, Hello, Line, Network, News, Refusal, Welcome } from "./network";

interface Heard {
  welcome: (welcome: Welcome) => void;
  y: (bytes: ArrayBuffer | Uint8Array) => void;
  saved: (frame: number) => void;
  refused: (refusal: Refusal) => void;
  news: (news: News) => void;
}

interface Said {
  y: (frame: number, bytes: Uint8Array) => void;
}

/** Socket.IO's error, to which the server adds `data` when it did answer. */
type ConnectError = Error & { data?: { reason: string; message: string; final: boolean } };

/** an attempt that takes longer would be made on a dead line */
const ATTEMPT_MS = 15_000;

const toBytes = (bytes: ArrayBuffer | Uint8Array) => (bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes));

function listen(socket: Socket<Heard, Said>, ears: Ears): void {
  socket.on("welcome", (welcome) => ears.welcomed(welcome));
  socket.on("y", (bytes) => ears.heard(toBytes(bytes)));
  socket.on("saved", (frame) => ears.saved(frame));
  socket.on("refused", (refusal) => ears.refused(refusal));
  socket.on("news", (news) => ears.news(news));
  socket.on("disconnect", () => ears.lost());
  socket.on("connect_error", (error: ConnectError) => {
    if (error.data) ears.denied({ ...error.data, frame: null });
    else ears.lost();
  });
}

/** `reconnection` is off: the connection decides when to try again, and Socket.IO would send what it had queued before `welcome`. */
export const socketIo: Network = (hello: () => Hello, ears: Ears): Line => {
  const socket: Socket<Heard, Said> = io({
    autoConnect: false,
    reconnection: false,
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    timeout: ATTEMPT_MS,
    auth: (answer) => answer(hello()),
  });
  listen(socket, ears);
  return {
    connect: () => void socket.connect(),
    send(frame, bytes) {
      if (socket.connected) socket.emit("y", frame, bytes);
    },
    drop: () => void socket.disconnect(),
    leave() {
      socket.off();
      socket.disconnect();
    },
  };
};
