import { createHash } from "node:crypto";
import type { Socket } from "node:net";
import type { Cancel, Clock } from "#contract/clock.ts";
import { millis, type Millis, seconds } from "#contract/units.ts";
import type { PjlinkFault } from "./pjlink-faults.ts";

const IDLE_CLOSE: Millis = seconds(30);
const SLOW: Millis = seconds(3);
const LONGEST_LINE = 256;

interface LineOptions {
  clock: Clock;
  faults: ReadonlySet<PjlinkFault>;
  password: string | undefined;
  salt: string;
  garbage: () => string;
  answer: (body: string, parameter: string) => string;
}

/** One connection: greeting, log-in, one command at a time, closed after 30 s of silence. */
export class Line {
  readonly #socket: Socket;
  readonly #options: LineOptions;
  #text = "";
  #isSignedIn: boolean;
  #isBusy = false;
  #cancelIdle: Cancel = () => {};
  #cancelAnswer: Cancel = () => {};

  constructor(socket: Socket, options: LineOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#isSignedIn = options.password === undefined && !options.faults.has("wrong-digest");
    socket.setEncoding("utf8");
    socket.on("data", (text) => this.#take(String(text)));
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#cancelIdle();
      this.#cancelAnswer();
    });
    if (!options.faults.has("hangs")) this.#say(this.#isSignedIn ? "PJLINK 0" : `PJLINK 1 ${options.salt}`);
    this.#rest();
  }

  end(): void {
    this.#socket.destroy();
  }

  #rest(): void {
    this.#cancelIdle();
    this.#cancelIdle = this.#options.clock.after(IDLE_CLOSE, () => this.#socket.end());
  }

  #say(text: string): void {
    const { faults } = this.#options;
    if (faults.has("garbage")) this.#socket.write(`${this.#options.garbage()}\r`);
    else if (faults.has("half-answers")) this.#socket.write(text.slice(0, Math.ceil(text.length / 2)));
    else this.#socket.write(`${text}\r`);
  }

  #take(text: string): void {
    this.#text += text;
    if (this.#text.length > LONGEST_LINE) return this.end();
    for (let end = this.#text.indexOf("\r"); end >= 0; end = this.#text.indexOf("\r")) {
      const line = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 1);
      // A second command before the answer to the first is dropped, as real devices do.
      if (!this.#isBusy && !this.#options.faults.has("hangs")) this.#hear(line);
    }
  }

  #hear(line: string): void {
    const command = this.#signIn(line);
    if (command === undefined) {
      this.#socket.end("PJLINK ERRA\r");
      return;
    }
    this.#isBusy = true;
    const wait = this.#options.faults.has("slow") ? SLOW : millis(0);
    const answer = (): void => {
      this.#isBusy = false;
      this.#reply(command);
      if (this.#options.faults.has("one-connection")) this.#socket.end();
      else this.#rest();
    };
    if (wait === 0) answer();
    else this.#cancelAnswer = this.#options.clock.after(wait, answer);
  }

  #reply(command: string): void {
    const parts = /^%1([A-Z0-9]{4}) (.{1,128})$/i.exec(command);
    const body = parts?.[1]?.toUpperCase();
    if (body === undefined || parts?.[2] === undefined) this.#say("%1????=ERR1");
    else this.#say(`%1${body}=${this.#options.answer(body, parts[2])}`);
  }

  /** The command without its digest; `undefined` when the digest is wrong. Only the first command carries one. */
  #signIn(line: string): string | undefined {
    if (this.#isSignedIn) return line;
    const { password, salt, faults } = this.#options;
    if (password === undefined || faults.has("wrong-digest")) return undefined;
    const digest = createHash("md5")
      .update(salt + password)
      .digest("hex");
    if (!line.startsWith(digest)) return undefined;
    this.#isSignedIn = true;
    return line.slice(digest.length);
  }
}
