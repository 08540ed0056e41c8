import { connect, type Socket } from "node:net";
import type { Clock } from "#contract/clock.ts";
import { messageOf } from "#contract/errors.ts";
import { type Millis, seconds } from "#contract/units.ts";
import { DeviceFailure } from "./device-failure.ts";

export interface FramedSocketOptions {
  host: string;
  port: number;
  clock: Clock;
  signal: AbortSignal;
  /** Whatever sends this much without the end of a frame speaks something else. */
  longestFrame: number;
}

/** Takes a frame off the front of what has come; `undefined` while there is none. */
export type Split = (text: string) => { frame: string; rest: string } | undefined;

const CONNECT_WITHIN: Millis = seconds(4);

/** A TCP connection to a device, read frame by frame: each wait is bounded, and nothing is thrown but DeviceFailure. */
export class FramedSocket {
  readonly #socket: Socket;
  readonly #options: FramedSocketOptions;
  readonly #stopListening: () => void;
  #text = "";
  #failure: DeviceFailure | undefined;
  #isOpen = false;
  #hasHeard = false;
  #wake: () => void = () => {};

  private constructor(options: FramedSocketOptions) {
    this.#options = options;
    const { host, port, signal } = options;
    this.#socket = connect({ host, port, noDelay: true });
    const abort = (): void => this.#fail(new DeviceFailure("DEVICE_SILENT", "gave up: it took too long"));
    this.#stopListening = () => signal.removeEventListener("abort", abort);
    signal.addEventListener("abort", abort);
    this.#socket.on("connect", () => {
      this.#isOpen = true;
      this.#wake();
    });
    this.#socket.setEncoding("utf8");
    this.#socket.on("data", (text) => this.#take(String(text)));
    this.#socket.on("error", (error: NodeJS.ErrnoException) => this.#fail(this.#failureOf(error)));
    this.#socket.on("close", () => this.#fail(this.#closed()));
    if (signal.aborted) abort();
  }

  static async open(options: FramedSocketOptions): Promise<FramedSocket> {
    const socket = new FramedSocket(options);
    try {
      await socket.#until(CONNECT_WITHIN, () => socket.#isOpen, "cannot be reached");
      return socket;
    } catch (error) {
      socket.end();
      throw error;
    }
  }

  write(text: string): void {
    if (this.#failure === undefined) this.#socket.write(text);
  }

  /** The next frame. One that arrived before the end of the connection still counts. */
  async next(split: Split, within: Millis, whenSilent: string): Promise<string> {
    let found = split(this.#text);
    if (found === undefined) {
      await this.#until(within, () => (found = split(this.#text)) !== undefined, whenSilent);
    }
    const { frame, rest } = found as NonNullable<ReturnType<Split>>;
    this.#text = rest;
    return frame;
  }

  end(): void {
    this.#stopListening();
    this.#socket.destroy();
  }

  #take(text: string): void {
    this.#hasHeard = true;
    this.#text += text;
    this.#wake();
    if (this.#text.length > this.#options.longestFrame)
      this.#fail(new DeviceFailure("DEVICE_GARBAGE", "sent something without an end", { answers: true }));
  }

  #failureOf(error: NodeJS.ErrnoException): DeviceFailure {
    if (this.#isOpen) return this.#closed();
    return error.code === "ECONNREFUSED"
      ? new DeviceFailure("DEVICE_REFUSED", "refused the connection")
      : new DeviceFailure("DEVICE_SILENT", messageOf(error).slice(0, 120));
  }

  #closed(): DeviceFailure {
    return this.#hasHeard
      ? new DeviceFailure("DEVICE_SILENT", "closed the connection", { answers: true })
      : new DeviceFailure("DEVICE_REFUSED", "closed the connection at once: it may serve another client", {
          answers: true,
        });
  }

  #fail(failure: DeviceFailure): void {
    this.#failure ??= failure;
    this.#socket.destroy();
    this.#wake();
  }

  #until(within: Millis, isReady: () => boolean, whenSilent: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (outcome?: DeviceFailure): void => {
        cancel();
        this.#wake = () => {};
        if (outcome === undefined) resolve();
        else reject(outcome);
      };
      const cancel = this.#options.clock.after(within, () => settle(new DeviceFailure("DEVICE_SILENT", whenSilent)));
      this.#wake = () => {
        if (isReady()) settle();
        else if (this.#failure !== undefined) settle(this.#failure);
      };
      this.#wake();
    });
  }
}
