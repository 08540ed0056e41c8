import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import type { Clock } from "#contract/clock.ts";
import { messageOf } from "#contract/errors.ts";
import { type Millis, seconds } from "#contract/units.ts";
import type { Secret } from "../../secret.ts";
import { type Answer, digestOf, parseAnswer, parseChallenge, parseGreeting, sha256LogIn } from "./lines.ts";

/**
 * Why a device could not be asked. `busy`: it took the connection and closed it, as one that serves another client does.
 * `old-login`: it does not know the SHA-256 log-in that is wanted.
 */
export type Trouble = "refused" | "unreachable" | "busy" | "silent" | "password" | "old-login" | "garbage" | "aborted";

export class PjlinkFailure extends Error {
  readonly trouble: Trouble;

  constructor(trouble: Trouble, text: string) {
    super(text);
    this.name = "PjlinkFailure";
    this.trouble = trouble;
  }
}

export interface SessionOptions {
  host: string;
  port: number;
  password: Secret | undefined;
  /** MD5, or SHA-256 where the device must know it. */
  login: "md5" | "sha256";
  clock: Clock;
  signal: AbortSignal;
}

const CONNECT_WITHIN: Millis = seconds(4);
/** The specification says 2 s, makers say "model dependent". */
const ANSWER_WITHIN: Millis = seconds(5);
/** A line has at most 136 bytes; whatever sends this much without an end speaks something else. */
const LONGEST_LINE_BYTES = 512;

/**
 * Asks a device one command at a time. Connects when the first is asked, and again when the device has closed in between:
 * some give one answer per connection. The caller ends it as soon as its questions are answered (§5.4).
 */
export class PjlinkSession {
  readonly #options: SessionOptions;
  #line: LineSocket | undefined;
  #prefix = "";
  #answers = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** Where the device was reached last. */
  remoteAddress: string | undefined;

  /** Asks for a value, or orders one by its parameter; of class 2 where it is told so. Rejects with PjlinkFailure only. */
  async ask(body: string, parameter = "?", ofClass: 1 | 2 = 1): Promise<Answer> {
    const { clock } = this.#options;
    const isReused = this.#line !== undefined && this.#answers > 0;
    const line = this.#line ?? (await this.#open());
    try {
      line.write(`${this.#prefix}%${ofClass}${body} ${parameter}\r`);
      const isFirst = this.#prefix !== "";
      this.#prefix = "";
      const text = await line.next(clock, ANSWER_WITHIN, isFirst ? SILENT_AFTER_DIGEST : SILENT);
      const answer = parseAnswer(body, text);
      if (answer === undefined) throw new PjlinkFailure("garbage", `answered ${show(text)} to ${body}`);
      if (!answer.ok && answer.error === "ERRA") throw new PjlinkFailure("password", "refused the password");
      this.#answers += 1;
      return answer;
    } catch (error) {
      this.end();
      // Closed after an earlier answer: it wants a connection per command, or 30 s have passed.
      if (isReused && error instanceof PjlinkFailure && error.trouble === "busy")
        return this.ask(body, parameter, ofClass);
      throw error;
    }
  }

  end(): void {
    this.#line?.destroy();
    this.#line = undefined;
    this.#answers = 0;
    this.#prefix = "";
  }

  async #open(): Promise<LineSocket> {
    const { host, port, password, clock, signal } = this.#options;
    const line = new LineSocket(host, port, signal);
    this.#line = line;
    try {
      await line.connected(clock);
      this.remoteAddress = line.remoteAddress ?? this.remoteAddress;
      const text = await line.next(clock, ANSWER_WITHIN, "took the connection but did not greet");
      const greeting = parseGreeting(text);
      if (greeting === undefined) throw new PjlinkFailure("garbage", `greeted with ${show(text)}`);
      if (greeting.kind === "refused") throw new PjlinkFailure("password", "refused the password");
      if (greeting.kind === "salted") {
        if (password === undefined) throw new PjlinkFailure("password", "wants a password, and none is configured");
        this.#prefix =
          this.#options.login === "md5"
            ? digestOf(greeting.salt, password.reveal())
            : await this.#logIn(line, password.reveal());
      }
      return line;
    } catch (error) {
      this.end();
      throw error;
    }
  }

  /** An older device answers ERRA to the wish for SHA-256, closes, or says nothing at all. */
  async #logIn(line: LineSocket, password: string): Promise<string> {
    line.write("PJLINK 2\r");
    let text: string;
    try {
      text = await line.next(this.#options.clock, ANSWER_WITHIN, OLD_LOGIN);
    } catch (error) {
      const isOld = error instanceof PjlinkFailure && (error.trouble === "silent" || error.trouble === "busy");
      throw isOld ? new PjlinkFailure("old-login", OLD_LOGIN) : error;
    }
    const challenge = parseChallenge(text);
    if (challenge !== undefined) return sha256LogIn(challenge, randomBytes(16).toString("hex"), password);
    if (/^PJLINK ERRA$/i.test(text)) throw new PjlinkFailure("old-login", OLD_LOGIN);
    throw new PjlinkFailure("garbage", `answered ${show(text)} to the log-in`);
  }
}

const OLD_LOGIN = "does not know the SHA-256 log-in";
const SILENT = "did not answer in time";
const SILENT_AFTER_DIGEST =
  "did not answer after the log-in: hung, or the password is wrong (some devices then stay silent)";
const show = (text: string): string => JSON.stringify(text.slice(0, 40));

/** A socket read line by line, each wait bounded, and nothing thrown but PjlinkFailure. */
class LineSocket {
  readonly #socket: Socket;
  readonly #stopListening: () => void;
  #text = "";
  #failure: PjlinkFailure | undefined;
  #isOpen = false;
  #wake: () => void = () => {};

  constructor(host: string, port: number, signal: AbortSignal) {
    this.#socket = connect({ host, port, noDelay: true });
    const abort = (): void => this.#fail("aborted", "gave up: it took too long");
    this.#stopListening = () => signal.removeEventListener("abort", abort);
    signal.addEventListener("abort", abort);
    this.#socket.on("connect", () => {
      this.#isOpen = true;
      this.#wake();
    });
    this.#socket.setEncoding("utf8");
    this.#socket.on("data", (text) => this.#take(String(text)));
    this.#socket.on("error", (error: NodeJS.ErrnoException) => {
      if (this.#isOpen) this.#fail("busy", "broke the connection");
      else if (error.code === "ECONNREFUSED") this.#fail("refused", "refused the connection");
      else this.#fail("unreachable", messageOf(error));
    });
    this.#socket.on("close", () => this.#fail("busy", "closed the connection: it may serve another client"));
    if (signal.aborted) abort();
  }

  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }

  async connected(clock: Clock): Promise<void> {
    await this.#until(clock, CONNECT_WITHIN, () => this.#isOpen, ["unreachable", "cannot be reached"]);
  }

  async next(clock: Clock, within: Millis, whenSilent: string): Promise<string> {
    await this.#until(clock, within, () => this.#text.includes("\r"), ["silent", whenSilent]);
    const end = this.#text.indexOf("\r");
    const line = this.#text.slice(0, end).replace(/^\n/, "");
    this.#text = this.#text.slice(end + 1);
    return line;
  }

  write(text: string): void {
    // What a device says unasked or late answers nothing that is asked now.
    this.#text = "";
    if (this.#failure === undefined) this.#socket.write(text);
  }

  destroy(): void {
    this.#stopListening();
    this.#socket.destroy();
  }

  #take(text: string): void {
    this.#text += text;
    if (this.#text.length > LONGEST_LINE_BYTES) this.#fail("garbage", "sent a line without an end");
    this.#wake();
  }

  #fail(trouble: Trouble, text: string): void {
    this.#failure ??= new PjlinkFailure(trouble, text);
    if (trouble === "aborted" || trouble === "garbage") this.#socket.destroy();
    this.#wake();
  }

  /** Waits for `ready`, else throws what went wrong. A line that arrived before the end of the connection still counts. */
  #until(clock: Clock, within: Millis, ready: () => boolean, late: [Trouble, string]): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        if (this.#failure?.trouble !== "garbage" && ready()) resolve();
        else if (this.#failure !== undefined) reject(this.#failure);
        else return;
        cancel();
        this.#wake = () => {};
      };
      const cancel = clock.after(within, () => this.#fail(...late));
      this.#wake = settle;
      settle();
    });
  }
}
