import { type Millis, seconds } from "#contract/units.ts";
import type { Secret } from "../../secret.ts";
import { DeviceFailure, quoted } from "../device-failure.ts";
import { FramedSocket, type FramedSocketOptions, type Split } from "../framed-socket.ts";
import { type Answer, HANDSHAKE, parseAnswer, parseHandshake } from "./lines.ts";

const OPENED_WITHIN: Millis = seconds(5);
/** It answers at once, but for what it does: a lamp that warms up holds the prompt back. */
const ANSWER_WITHIN: Millis = seconds(5);
const LONGEST_ANSWER = 2_048;
/** Events come between question and answer. */
const MOST_EVENTS = 20;

const NAME = "ESC/VP.net";
const OPENING_BYTES = 16;
const HEADER_BYTES = 18;
/** ESC/VP.net, version 1.0, kind 3 (connect): how a session begins; the last byte counts the headers that follow. */
const opening = (password: string | undefined): string => {
  const head = `${NAME}\u0010\u0003\u0000\u0000\u0000`;
  if (password === undefined) return `${head}\u0000`;
  return `${head}\u0001\u0001\u0001${password.slice(0, 16).padEnd(16, "\u0000")}`;
};

/** The answer to the opening, with the headers that it announces. */
const atOpening: Split = (text) => {
  // Something else need not be waited for.
  if (text !== "" && !NAME.startsWith(text.slice(0, NAME.length))) return { frame: text, rest: "" };
  const end = OPENING_BYTES + HEADER_BYTES * (text.codePointAt(OPENING_BYTES - 1) ?? 0);
  return text.length < OPENING_BYTES || text.length < end
    ? undefined
    : { frame: text.slice(0, end), rest: text.slice(end) };
};

/** An answer ends with the prompt. */
const atPrompt: Split = (text) => {
  const end = text.indexOf(":");
  return end < 0 ? undefined : { frame: text.slice(0, end + 1), rest: text.slice(end + 1) };
};

/** ESC/VP21 over ESC/VP.net: opening, one question at a time. Rejects with DeviceFailure only. */
export class EscVp21Session {
  readonly #socket: FramedSocket;

  private constructor(socket: FramedSocket) {
    this.#socket = socket;
  }

  static async open(
    options: Omit<FramedSocketOptions, "longestFrame"> & { password: Secret | undefined },
  ): Promise<EscVp21Session> {
    const session = new EscVp21Session(await FramedSocket.open({ ...options, longestFrame: LONGEST_ANSWER }));
    try {
      await session.#enter(options.password);
      return session;
    } catch (error) {
      session.end();
      throw error;
    }
  }

  /** The value of a name; `undefined` where the projector does not know it, or cannot tell it now. */
  async ask(name: string): Promise<string | undefined> {
    const answer = await this.#say(`${name}?`);
    if (answer.kind === "error") return undefined;
    if (answer.kind === "value" && answer.name === name) return answer.value;
    throw new DeviceFailure("DEVICE_GARBAGE", `answered something else to ${name}?`, { answers: true });
  }

  /** Whether it took an order. What it does may take a minute, and the prompt as long: silence is no refusal. */
  async order(command: string): Promise<boolean> {
    try {
      return (await this.#say(command)).kind !== "error";
    } catch (error) {
      if (error instanceof DeviceFailure && error.code === "DEVICE_SILENT" && error.answers) return true;
      throw error;
    }
  }

  end(): void {
    this.#socket.end();
  }

  async #say(command: string): Promise<Exclude<Answer, { kind: "event" }>> {
    this.#socket.write(`${command}\r`);
    for (let heard = 0; heard < MOST_EVENTS; heard++) {
      const text = await this.#next(command);
      const answer = parseAnswer(text);
      if (answer === undefined)
        throw new DeviceFailure("DEVICE_GARBAGE", `answered ${quoted(text)} to ${command}`, { answers: true });
      if (answer.kind !== "event") return answer;
    }
    throw new DeviceFailure("DEVICE_GARBAGE", "does not stop telling events", { answers: true });
  }

  async #next(command: string): Promise<string> {
    const late = `did not answer ${command} in time`;
    try {
      return await this.#socket.next(atPrompt, ANSWER_WITHIN, late);
    } catch (error) {
      if (error instanceof DeviceFailure && error.message === late)
        throw new DeviceFailure("DEVICE_SILENT", late, { answers: true });
      throw error;
    }
  }

  async #enter(password: Secret | undefined): Promise<void> {
    this.#socket.write(opening(password?.reveal()));
    const text = await this.#socket.next(
      atOpening,
      OPENED_WITHIN,
      "took the connection but did not answer its opening",
    );
    const status = parseHandshake(Buffer.from(text, "latin1"));
    if (status === HANDSHAKE.ok) return;
    if (status === undefined) throw new DeviceFailure("DEVICE_GARBAGE", "does not speak ESC/VP.net", { answers: true });
    if (status === HANDSHAKE.passwordWanted)
      throw new DeviceFailure("DEVICE_PASSWORD", "wants a password, and none is configured", {
        giveUp: true,
        answers: true,
      });
    if (status === HANDSHAKE.passwordWrong)
      throw new DeviceFailure("DEVICE_PASSWORD", "refused the password", { giveUp: true, answers: true });
    const why = status === HANDSHAKE.busy ? "serves another client" : `refused the opening (${status.toString(16)})`;
    throw new DeviceFailure("DEVICE_REFUSED", why, { answers: true });
  }
}
