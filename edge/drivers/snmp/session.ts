import dgram, { type Socket, type SocketType } from "node:dgram";
import { lookup } from "node:dns/promises";
import {
  AuthProtocols,
  createSession,
  createV3Session,
  PrivProtocols,
  RequestFailedError,
  ResponseInvalidCode,
  ResponseInvalidError,
  SecurityLevel,
  type Session,
  type Varbind,
  Version2c,
  Version3,
} from "net-snmp";
import type { Clock } from "#contract/clock.ts";
import { type ErrorCode, messageOf } from "#contract/errors.ts";
import { type Millis, seconds } from "#contract/units.ts";
import { Answers } from "./answers.ts";
import type { SnmpOptions } from "./options.ts";

/** Why an agent could not be asked. */
export class SnmpFailure extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, text: string) {
    super(text);
    this.name = "SnmpFailure";
    this.code = code;
  }
}

/** Each question is asked twice at most. */
const ANSWER_WITHIN: Millis = seconds(2);
const LOOKUP_WITHIN: Millis = seconds(4);
/** So many values fit into one packet of 1,472 bytes, whatever the device says. */
const VALUES_PER_ASK = 16;
/** A table longer than this is none that anybody reads for one room. */
const ROWS_MOST = 2_000;
const ROWS_PER_ASK = 20;

const AUTH = AuthProtocols as unknown as Record<string, AuthProtocols>;
const PRIVACY = PrivProtocols as unknown as Record<string, PrivProtocols>;

/** Asks an agent over UDP. Only what comes from the agent's own address is looked at, and no packet makes it throw. */
export class SnmpSession {
  readonly #session: Session;
  readonly #signal: AbortSignal;
  readonly #abort = (): void => this.#fail(this.#silence());
  #reject: (failure: SnmpFailure) => void = () => {};
  #hasHeardGarbage = false;
  #hasHeard = false;
  #isEnded = false;

  private constructor(options: SnmpOptions, address: string, family: number, signal: AbortSignal) {
    const common = {
      port: options.port,
      transport: family === 6 ? ("udp6" as const) : ("udp4" as const),
      timeout: ANSWER_WITHIN,
      retries: 1,
      dgramModule: this.#guardedSockets(address),
    };
    this.#signal = signal;
    this.#session =
      options.version === "2c"
        ? createSession(address, options.community?.reveal() ?? "", { ...common, version: Version2c })
        : createV3Session(address, userOf(options), { ...common, version: Version3, context: options.context });
    this.#session.on("error", () => (this.#hasHeardGarbage = true));
    signal.addEventListener("abort", this.#abort);
  }

  static async open(options: SnmpOptions, clock: Clock, signal: AbortSignal): Promise<SnmpSession> {
    let cancel = (): void => {};
    let stop = (): void => {};
    const late = new Promise<never>((_, reject) => {
      stop = () => reject(new SnmpFailure("DEVICE_SILENT", "its name is not found in time"));
      cancel = clock.after(LOOKUP_WITHIN, stop);
      signal.addEventListener("abort", stop);
    });
    try {
      const { address, family } = await Promise.race([lookup(options.host), late]);
      return new SnmpSession(options, address, family, signal);
    } catch (error) {
      if (error instanceof SnmpFailure) throw error;
      throw new SnmpFailure("DEVICE_SILENT", messageOf(error));
    } finally {
      cancel();
      signal.removeEventListener("abort", stop);
    }
  }

  /** What it has of these; a device that finds the question too big is asked one by one. */
  async get(oids: readonly string[], answers = new Answers()): Promise<Answers> {
    for (let i = 0; i < oids.length; i += VALUES_PER_ASK) {
      const some = oids.slice(i, i + VALUES_PER_ASK);
      try {
        answers.add(await this.#get(some));
      } catch (error) {
        if (!(error instanceof TooBig)) throw error;
        for (const oid of some) answers.add(await this.#get([oid]).catch(ignoreTooBig));
      }
    }
    return answers;
  }

  /** The rows of a column, as many as one reads for a room. */
  async walk(oid: string, answers = new Answers()): Promise<Answers> {
    let rows = 0;
    await this.#ask<undefined>((done) => {
      this.#session.subtree(
        oid,
        ROWS_PER_ASK,
        (varbinds: Varbind[]) => {
          answers.add(varbinds);
          rows += varbinds.length;
          return rows >= ROWS_MOST || this.#isEnded ? true : undefined;
        },
        (error) => done(error, undefined),
      );
    }).catch(ignoreTooBig);
    return answers;
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#signal.removeEventListener("abort", this.#abort);
    this.#session.close();
  }

  #get(oids: readonly string[]): Promise<Varbind[]> {
    return this.#ask((done) => this.#session.get([...oids], (error, varbinds) => done(error, varbinds ?? [])));
  }

  #ask<T>(start: (done: (error: Error | null, value: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#signal.aborted || this.#isEnded)
        return reject(new SnmpFailure("DEVICE_SILENT", "gave up: it took too long"));
      this.#reject = reject;
      return start((error, value) => (error === null ? resolve(value) : reject(this.#named(error))));
    });
  }

  #named(error: Error): Error {
    if (error.name === "RequestTimedOutError") return this.#silence();
    if (error instanceof RequestFailedError) {
      if (/^TooBig/i.test(error.message) || /^NoSuchName/i.test(error.message)) return new TooBig(error.message);
      const isRefused = /NoAccess|Authorization/i.test(error.message);
      return new SnmpFailure(isRefused ? "DEVICE_PASSWORD" : "DEVICE_FAULT", `answers with the error ${error.message}`);
    }
    if (error instanceof ResponseInvalidError) {
      const isLogIn = LOG_IN.test(error.message) || LOG_IN_CODES.has((error as { code?: number }).code);
      return isLogIn
        ? new SnmpFailure("DEVICE_PASSWORD", `refused the log-in: ${error.message.slice(0, 120)}`)
        : new SnmpFailure("DEVICE_GARBAGE", error.message.slice(0, 120));
    }
    return new SnmpFailure("DEVICE_SILENT", error.message.slice(0, 120));
  }

  /** What no answer in time means, by what was heard instead. */
  #silence(): SnmpFailure {
    if (this.#hasHeardGarbage) return new SnmpFailure("DEVICE_GARBAGE", "answers something that is not SNMP");
    return this.#hasHeard
      ? new SnmpFailure("DEVICE_SILENT", "answers no more: it hangs, or the password is wrong (some then stay silent)")
      : new SnmpFailure("DEVICE_SILENT", "does not answer: off, filtered, or another community or user is wanted");
  }

  #fail(failure: SnmpFailure): void {
    this.#reject(failure);
  }

  /** Sockets whose packets can neither come from others nor make the library throw where nobody would catch it. */
  #guardedSockets(address: string): { createSocket: (type: SocketType) => Socket } {
    const take = (bytes: Buffer, from: { address: string }, listener: (...args: unknown[]) => void): void => {
      if (from.address !== address) return;
      try {
        listener(bytes, from);
        this.#hasHeard = true;
      } catch {
        this.#hasHeardGarbage = true;
        this.#fail(new SnmpFailure("DEVICE_GARBAGE", "answers something that is not SNMP"));
      }
    };
    return {
      createSocket(type) {
        const socket = dgram.createSocket(type);
        const on = socket.on.bind(socket) as (event: string, listener: (...args: never[]) => void) => Socket;
        const guarded = (event: string, listener: (...args: unknown[]) => void): Socket =>
          on(
            event,
            event === "message" ? (bytes: Buffer, from: { address: string }) => take(bytes, from, listener) : listener,
          );
        socket.on = guarded;
        return socket;
      },
    };
  }
}

const LOG_IN = /user|digest|security level|decrypt|authentic|time window/i;
const LOG_IN_CODES: ReadonlySet<number | undefined> = new Set([
  ResponseInvalidCode.EAuthFailure,
  ResponseInvalidCode.ECouldNotDecrypt,
]);

/** The answer would not fit, or the agent refuses all values for one that it does not have. */
class TooBig extends Error {}

function ignoreTooBig(error: unknown): never[] {
  if (error instanceof TooBig) return [];
  throw error;
}

function userOf({
  user,
  auth,
  auth_password,
  privacy,
  privacy_password,
}: SnmpOptions): Parameters<typeof createV3Session>[1] {
  const level =
    auth === "none"
      ? SecurityLevel.noAuthNoPriv
      : privacy === "none"
        ? SecurityLevel.authNoPriv
        : SecurityLevel.authPriv;
  return {
    name: user ?? "",
    level,
    ...(auth !== "none" && { authProtocol: AUTH[auth] as AuthProtocols, authKey: auth_password?.reveal() ?? "" }),
    ...(privacy !== "none" && {
      privProtocol: PRIVACY[privacy] as PrivProtocols,
      privKey: privacy_password?.reveal() ?? "",
    }),
  };
}
