import { type Millis, millis, seconds } from "#contract/units.ts";
import type { Secret } from "../../secret.ts";
import { DeviceFailure, quoted, readableText } from "../device-failure.ts";
import { FramedSocket, type FramedSocketOptions, type Split } from "../framed-socket.ts";
import { type Banner, meaningOf, parseBanner, parseError } from "./lines.ts";

const GREETED_WITHIN: Millis = seconds(5);
/** After the greeting a prompt comes at once, or there is none. */
const PROMPTED_WITHIN: Millis = millis(500);
const ANSWER_WITHIN: Millis = seconds(4);
const LONGEST_LINE = 2_048;
/** Notices of what others do come between question and answer. */
const MOST_NOTICES = 20;

const QUIET = "said nothing";
const PASSWORD = /^\s*Password:\s*$/i;

/** A line, or a prompt that waits at the end of one. */
const atLineOrPrompt: Split = (text) => {
  const end = text.indexOf("\n");
  if (end >= 0) return { frame: text.slice(0, end), rest: text.slice(end + 1) };
  return PASSWORD.test(text) ? { frame: text, rest: "" } : undefined;
};

/** What became of a question: a value, or why there is none (see `meaningOf`). */
export type Answered<T> = { ok: true; value: T } | { ok: false; why: ReturnType<typeof meaningOf> };

/** SIS over a telnet port: greeting, password, one question at a time. Rejects with DeviceFailure only. */
export class SisSession {
  readonly #socket: FramedSocket;
  banner: Banner | undefined;

  private constructor(socket: FramedSocket) {
    this.#socket = socket;
  }

  static async open(
    options: Omit<FramedSocketOptions, "longestFrame"> & { password: Secret | undefined },
  ): Promise<SisSession> {
    const session = new SisSession(await FramedSocket.open({ ...options, longestFrame: LONGEST_LINE }));
    try {
      await session.#enter(options.password);
      return session;
    } catch (error) {
      session.end();
      throw error;
    }
  }

  /** Asks, and waits for the first line that `parse` takes, or for an error. Other lines are notices. */
  async ask<T>(send: string, parse: (line: string) => T | undefined): Promise<Answered<T>> {
    this.#socket.write(send);
    let other: string | undefined;
    for (let heard = 0; heard < MOST_NOTICES; heard++) {
      const line = await this.#line(ANSWER_WITHIN);
      if (line === undefined) break;
      if (PASSWORD.test(line)) throw wantsPassword();
      const value = parse(line);
      if (value !== undefined) return { ok: true, value };
      const error = parseError(line);
      if (error !== undefined) return { ok: false, why: meaningOf(error) };
      if (line !== "") other = line;
    }
    const asked = readableText(send.replaceAll("\u001B", "ESC "));
    if (other === undefined)
      throw new DeviceFailure("DEVICE_SILENT", `did not answer ${asked} in time`, { answers: true });
    throw new DeviceFailure("DEVICE_GARBAGE", `answered ${quoted(other)} to ${asked}`, { answers: true });
  }

  end(): void {
    this.#socket.end();
  }

  /** Reads the greeting, and answers the prompt where there is one. */
  async #enter(password: Secret | undefined): Promise<void> {
    let hasSent = false;
    let within = GREETED_WITHIN;
    for (let heard = 0; heard < MOST_NOTICES; heard++) {
      const line = await this.#line(within);
      if (line === undefined) {
        if (heard === 0) throw new DeviceFailure("DEVICE_SILENT", "took the connection but did not greet");
        if (hasSent) throw new DeviceFailure("DEVICE_SILENT", "did not answer the password in time", { answers: true });
        if (this.banner === undefined)
          throw new DeviceFailure("DEVICE_GARBAGE", "does not greet as an Extron device", { answers: true });
        return;
      }
      if (PASSWORD.test(line)) {
        if (hasSent)
          throw new DeviceFailure("DEVICE_PASSWORD", "refused the password", { giveUp: true, answers: true });
        if (password === undefined) throw wantsPassword();
        this.#socket.write(`${password.reveal()}\r`);
        hasSent = true;
        within = GREETED_WITHIN;
      } else if (/^Login (?:Administrator|User)$/i.test(line)) return;
      else {
        if (parseError(line) === "26")
          throw new DeviceFailure("DEVICE_REFUSED", "has no connection left", { answers: true });
        this.banner ??= parseBanner(line);
        if (this.banner !== undefined && !hasSent) within = PROMPTED_WITHIN;
      }
    }
    throw new DeviceFailure("DEVICE_GARBAGE", "does not greet as an Extron device", { answers: true });
  }

  /** `undefined` when nothing more comes. */
  async #line(within: Millis): Promise<string | undefined> {
    try {
      return readableText(await this.#socket.next(atLineOrPrompt, within, QUIET), 512);
    } catch (error) {
      if (error instanceof DeviceFailure && error.message === QUIET) return undefined;
      throw error;
    }
  }
}

const wantsPassword = (): DeviceFailure =>
  new DeviceFailure("DEVICE_PASSWORD", "wants a password, and none is configured", { giveUp: true, answers: true });
