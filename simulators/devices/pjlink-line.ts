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
  /** The device's random of a SHA-256 log-in; absent where it does not know that. */
  challenge: string | undefined;
  garbage: () => string;
  answer: (body: string, parameter: string, ofClass: 1 | 2) => string;
}

/** One connection: greeting, log-in, one command at a time, closed after 30 s of silence. */
export class Line {
  readonly #socket: Socket;
  readonly #options: LineOptions;
  #text = "";
  #isSignedIn: boolean;
  /** The client has asked for SHA-256. */
  #isChallenged = false;
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
    const { challenge } = this.#options;
    if (line === "PJLINK 2" && !this.#isSignedIn && !this.#isChallenged && challenge !== undefined) {
      this.#isChallenged = true;
      this.#say(`PJLINK 2 ${challenge}`);
      return;
    }
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
    const [, ofClass, name, parameter] = /^%([12])([A-Z0-9]{4}) (.{1,128})$/i.exec(command) ?? [];
    const body = name?.toUpperCase();
    if (body === undefined || parameter === undefined) this.#say("%1????=ERR1");
    else this.#say(`%${ofClass}${body}=${this.#options.answer(body, parameter, ofClass === "2" ? 2 : 1)}`);
  }

  /** The command without its digest; `undefined` when the digest is wrong. Only the first command carries one. */
  #signIn(line: string): string | undefined {
    if (this.#isSignedIn) return line;
    const { password, salt, faults } = this.#options;
    if (password === undefined || faults.has("wrong-digest")) return undefined;
    const logIn = this.#isChallenged ? this.#sha256LogIn(line, password) : md5Of(salt + password);
    if (logIn === undefined || !line.startsWith(logIn)) return undefined;
    this.#isSignedIn = true;
    return line.slice(logIn.length);
  }

  /** What a right SHA-256 log-in with this client's random begins with. */
  #sha256LogIn(line: string, password: string): string | undefined {
    const random = /^[0-9a-f]{32}/.exec(line)?.[0];
    const { challenge } = this.#options;
    if (random === undefined || challenge === undefined) return undefined;
    const mixed = (BigInt(`0x${challenge}`) ^ BigInt(`0x${random}`)).toString(16).padStart(32, "0");
    return (
      random +
      createHash("sha256")
        .update(mixed + password)
        .digest("hex")
    );
  }
}

const md5Of = (text: string): string => createHash("md5").update(text).digest("hex");
