import { type Millis, seconds } from "#contract/units.ts";
import { DeviceFailure, quoted } from "../device-failure.ts";
import { FramedSocket, type FramedSocketOptions, type Split } from "../framed-socket.ts";
import { parseMessage } from "./messages.ts";

const ANSWER_WITHIN: Millis = seconds(5);
const LONGEST_MESSAGE = 1024 * 1024;
/** A Core that says this much unasked between question and answer is none. */
const MOST_NOTICES = 1_000;

/** The Core's own word that it will not or cannot. */
export class QrcRefusal extends Error {
  readonly code: number;

  constructor(code: number, text: string) {
    super(text);
    this.code = code;
  }
}

const atZero: Split = (text) => {
  const end = text.indexOf("\0");
  return end < 0 ? undefined : { frame: text.slice(0, end), rest: text.slice(end + 1) };
};

/** JSON-RPC over one connection, opened for a few questions and closed again. Rejects with DeviceFailure or QrcRefusal only. */
export class QrcSession {
  readonly #socket: FramedSocket;
  #id = 0;

  private constructor(socket: FramedSocket) {
    this.#socket = socket;
  }

  static async open(options: Omit<FramedSocketOptions, "longestFrame">): Promise<QrcSession> {
    return new QrcSession(await FramedSocket.open({ ...options, longestFrame: LONGEST_MESSAGE }));
  }

  async ask(method: string, params: unknown): Promise<unknown> {
    const id = ++this.#id;
    this.#socket.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\0`);
    for (let heard = 0; heard < MOST_NOTICES; heard++) {
      const text = await this.#socket.next(atZero, ANSWER_WITHIN, `did not answer ${method} in time`);
      const parsed = parseMessage(text);
      if (!parsed.ok) throw new DeviceFailure(parsed.code, `answered ${quoted(text)} to ${method}`, { answers: true });
      const message = parsed.value;
      if (message.kind === "notice" || message.id !== id) continue;
      if (message.kind === "error") throw new QrcRefusal(message.code, message.text);
      return message.result;
    }
    throw new DeviceFailure("DEVICE_GARBAGE", `says everything but an answer to ${method}`, { answers: true });
  }

  end(): void {
    this.#socket.end();
  }
}
