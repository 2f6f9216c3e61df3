/** The network of a real page: Socket.IO, protocol 5, as far as docs/protocol.md needs it. Its own client would be a seventh of all that the page loads. */
import { type Engine, openEngine } from "./engine";
import type { Ears, Hello, Line, Network, Refusal, Welcome } from "./network";

/** an attempt that takes longer would be made on a dead line */
const ATTEMPT_MS = 15_000;

const [CONNECT, DISCONNECT, EVENT, DENIED, BINARY_EVENT] = ["0", "1", "2", "4", "5"];

type Told = [name: string, ...facts: unknown[]];

function tell(ears: Ears, [name, fact]: Told): void {
  if (name === "welcome") ears.welcomed(fact as Welcome);
  else if (name === "y") ears.heard(new Uint8Array(fact as ArrayBuffer));
  else if (name === "saved") ears.saved(fact as number);
  else if (name === "refused") ears.refused(fact as Refusal);
  else if (name === "news") ears.news(fact as Parameters<Ears["news"]>[0]);
}

/** An event as one text, with its bytes behind it. */
const binaryEvent = (frame: number, bytes: Uint8Array): (string | Uint8Array)[] => [`${BINARY_EVENT}1-["y",${frame},{"_placeholder":true,"num":0}]`, bytes];

export const socketIo: Network = (hello: () => Hello, ears: Ears): Line => {
  let engine: Engine | null = null;
  let welcome = false;
  /** an event whose bytes have not come yet */
  let half: Told | null = null;

  function hear(said: string | ArrayBuffer): void {
    if (typeof said !== "string") {
      const whole = half && ([half[0], said] as Told);
      half = null;
      if (whole) tell(ears, whole);
      return;
    }
    const kind = said[0];
    if (kind === CONNECT) welcome = true;
    else if (kind === EVENT) tell(ears, JSON.parse(said.slice(said.indexOf("["))) as Told);
    else if (kind === BINARY_EVENT) half = JSON.parse(said.slice(said.indexOf("["))) as Told;
    else if (kind === DENIED) {
      const { data } = JSON.parse(said.slice(1)) as { data?: Omit<Refusal, "frame"> };
      leave();
      if (data) ears.denied({ ...data, frame: null });
      else ears.lost();
    } else if (kind === DISCONNECT) engine?.close();
  }

  function leave(): void {
    const gone = engine;
    engine = null;
    welcome = false;
    gone?.close();
  }

  return {
    connect() {
      leave();
      const mine: Engine = openEngine(
        {
          opened: () => mine.send([CONNECT + JSON.stringify(hello())]),
          message: (said) => engine === mine && hear(said),
          closed() {
            if (engine !== mine) return;
            leave();
            ears.lost();
          },
        },
        ATTEMPT_MS,
      );
      engine = mine;
    },
    send(frame, bytes) {
      if (welcome) engine?.send(binaryEvent(frame, bytes));
    },
    drop: () => engine?.close(),
    leave,
  };
};
