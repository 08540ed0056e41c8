import { createHash } from "node:crypto";
import type { TLSSocket } from "node:tls";
import { WebSocket } from "ws";
import type { Clock } from "#contract/clock.ts";
import type { ErrorCode } from "#contract/errors.ts";
import { type Millis, seconds } from "#contract/units.ts";
import type { XapiOptions } from "./options.ts";

/** Why a codec could not be asked; `giveUp` where asking again locks the account or talks to somebody else. */
export class XapiFailure extends Error {
  readonly code: ErrorCode;
  readonly giveUp: boolean;

  constructor(code: ErrorCode, text: string, giveUp = false) {
    super(text);
    this.name = "XapiFailure";
    this.code = code;
    this.giveUp = giveUp;
  }
}

const CONNECT_WITHIN: Millis = seconds(5);
const ANSWER_WITHIN: Millis = seconds(5);
/** A whole status tree has about 100 kB. */
const LONGEST_FRAME = 2 * 1024 * 1024;

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** Its own word that it cannot: `Unknown command`, `No match on address expression`, a state that forbids it. */
export class XapiRefusal extends Error {}

/** JSON-RPC over one WebSocket, opened for a few questions and closed again. Rejects with XapiFailure or XapiRefusal only. */
export class XapiSession {
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Waiting>();
  readonly #stop: () => void;
  #id = 0;
  #failure: XapiFailure | undefined;

  private constructor(socket: WebSocket, clock: Clock, signal: AbortSignal) {
    this.#socket = socket;
    this.#clock = clock;
    const abort = (): void => this.#fail(new XapiFailure("DEVICE_SILENT", "gave up: it took too long"));
    signal.addEventListener("abort", abort);
    this.#stop = () => signal.removeEventListener("abort", abort);
    socket.on("message", (data, isBinary) => this.#take(isBinary ? "" : (data as Buffer).toString("utf8")));
    socket.on("close", () => this.#fail(new XapiFailure("DEVICE_SILENT", "closed the connection")));
    socket.on("error", (error) => this.#fail(failureOf(error)));
  }

  static async open(options: XapiOptions, clock: Clock, signal: AbortSignal): Promise<XapiSession> {
    const { host, port, user, password, plain } = options;
    const socket = new WebSocket(`${plain ? "ws" : "wss"}://${host}:${port}/ws`, {
      headers: { authorization: `Basic ${Buffer.from(`${user}:${password.reveal()}`).toString("base64")}` },
      // Its own certificate is checked by its fingerprint, below, before the first question.
      rejectUnauthorized: options.fingerprint === undefined && !options.any_certificate,
      ...(options.ca !== undefined && { ca: options.ca.reveal() }),
      handshakeTimeout: CONNECT_WITHIN,
      maxPayload: LONGEST_FRAME,
      perMessageDeflate: false,
    });
    const session = new XapiSession(socket, clock, signal);
    try {
      await session.#opened(options, signal);
      return session;
    } catch (error) {
      session.end();
      throw error;
    }
  }

  async ask(method: string, params: object): Promise<unknown> {
    if (this.#failure !== undefined) throw this.#failure;
    const id = ++this.#id;
    let cancel = (): void => {};
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        cancel = this.#clock.after(ANSWER_WITHIN, () =>
          reject(new XapiFailure("DEVICE_SILENT", `did not answer ${method} in time`)),
        );
        this.#socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
      });
    } finally {
      cancel();
      this.#waiting.delete(id);
    }
  }

  end(): void {
    this.#stop();
    this.#socket.terminate();
  }

  #opened({ fingerprint }: XapiOptions, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(0, { resolve: () => resolve(), reject });
      this.#socket.on("open", () => {
        this.#waiting.delete(0);
        if (fingerprint !== undefined && !isPinned(this.#socket, fingerprint))
          reject(new XapiFailure("DEVICE_REFUSED", "shows another certificate than the one that is pinned", true));
        else resolve();
      });
      if (signal.aborted) this.#fail(new XapiFailure("DEVICE_SILENT", "gave up: it took too long"));
    });
  }

  #take(text: string): void {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      return this.#fail(new XapiFailure("DEVICE_GARBAGE", "answered something that is no JSON"));
    }
    const { id, result, error } = (typeof message === "object" && message !== null ? message : {}) as {
      id?: unknown;
      result?: unknown;
      error?: unknown;
    };
    // Notices of subscriptions that others made have no id.
    const waiting = typeof id === "number" ? this.#waiting.get(id) : undefined;
    if (waiting === undefined) return undefined;
    if (error === undefined) waiting.resolve(result);
    else waiting.reject(new XapiRefusal(refusalText(error)));
    return undefined;
  }

  #fail(failure: XapiFailure): void {
    this.#failure ??= failure;
    for (const waiting of this.#waiting.values()) waiting.reject(this.#failure);
    this.#waiting.clear();
  }
}

function refusalText(error: unknown): string {
  const { message } = (typeof error === "object" && error !== null ? error : {}) as { message?: unknown };
  return typeof message === "string"
    ? message.replaceAll(/[\p{Cc}\p{Cf}]/gu, "").slice(0, 120)
    : "an error without a word";
}

function isPinned(socket: WebSocket, fingerprint: string): boolean {
  const { _socket: tls } = socket as unknown as { _socket: TLSSocket };
  const raw = tls.getPeerCertificate?.().raw as Buffer | undefined;
  if (raw === undefined) return false;
  return createHash("sha256").update(raw).digest("hex") === fingerprint.replaceAll(":", "").toLowerCase();
}

function failureOf(error: Error & { code?: string }): XapiFailure {
  if (/\b401\b/.test(error.message)) return new XapiFailure("DEVICE_PASSWORD", "refused user or password", true);
  if (error.code === "ECONNREFUSED") return new XapiFailure("DEVICE_REFUSED", "refused the connection");
  if (/certificate|self.signed/i.test(error.message))
    return new XapiFailure("DEVICE_REFUSED", "its certificate is not trusted: give fingerprint or ca_file", true);
  if (/Unexpected server response/.test(error.message))
    return new XapiFailure("DEVICE_REFUSED", "does not offer xAPI over WebSocket here");
  if (error.code?.startsWith("WS_ERR") === true || /Parse Error|Invalid/.test(error.message))
    return new XapiFailure("DEVICE_GARBAGE", "speaks something that is no WebSocket");
  return new XapiFailure("DEVICE_SILENT", error.message.slice(0, 120));
}
