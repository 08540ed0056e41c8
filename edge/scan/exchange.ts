import type { Socket } from "node:net";
import { type Millis, millis } from "#contract/units.ts";
import type { ProbeContext } from "./probe.ts";

export const ANSWER_WITHIN: Millis = millis(1_500);
const LONGEST_ANSWER = 16 * 1024;

/** Sends packets to an address from a port of our own; the first answer of that address that `read` takes. */
export function exchangeUdp<T>(
  host: string,
  packets: readonly Uint8Array[],
  read: (answer: Buffer) => T | undefined,
  { sockets, clock, signal, port }: ProbeContext,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const socket = sockets.createUdp();
    const settle = (found: T | undefined): void => {
      cancel();
      signal.removeEventListener("abort", giveUp);
      socket.removeAllListeners("message").close();
      resolve(found);
    };
    const giveUp = (): void => settle(undefined);
    const cancel = clock.after(ANSWER_WITHIN, giveUp);
    signal.addEventListener("abort", giveUp);
    socket.on("error", giveUp);
    socket.on("message", (answer, from) => {
      const found = from.address === host ? read(answer) : undefined;
      if (found !== undefined) settle(found);
    });
    try {
      for (const packet of packets) socket.send(packet, port, host, () => {});
    } catch (error) {
      reject(error);
      giveUp();
    }
  });
}

export interface TcpTalk {
  /** Sent as soon as the connection is there. */
  hello?: Uint8Array;
  /** What has come so far; an answer ends it. May send more by `say`. */
  read(sofar: Buffer, say: (bytes: Uint8Array) => void): "more" | "nothing" | { found: true };
}

/** Connects, says hello, and reads until `read` has enough; over TLS by a `wrap`. Whether it found what it looks for. */
export function talkTcp(
  host: string,
  talk: TcpTalk,
  context: ProbeContext,
  wrap = (socket: Socket): Socket => socket,
): Promise<boolean> {
  const { sockets, clock, signal, port } = context;
  return new Promise((resolve) => {
    const tcp = sockets.connectTcp(host, port);
    const socket = wrap(tcp);
    const chunks: Buffer[] = [];
    const settle = (isFound: boolean): void => {
      cancel();
      signal.removeEventListener("abort", giveUp);
      socket.destroy();
      tcp.destroy();
      resolve(isFound);
    };
    const giveUp = (): void => settle(false);
    const cancel = clock.after(millis(ANSWER_WITHIN * 2), giveUp);
    signal.addEventListener("abort", giveUp);
    tcp.on("error", giveUp);
    socket.on("error", giveUp);
    socket.on("close", giveUp);
    socket.once(tcp === socket ? "connect" : "secureConnect", () => {
      if (talk.hello !== undefined) socket.write(talk.hello);
    });
    socket.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      const sofar = Buffer.concat(chunks);
      const said = talk.read(sofar, (bytes) => void socket.write(bytes));
      if (said === "nothing" || (said === "more" && sofar.length > LONGEST_ANSWER)) settle(false);
      else if (said !== "more") settle(true);
    });
  });
}
