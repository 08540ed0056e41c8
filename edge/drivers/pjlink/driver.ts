import { sleep } from "#contract/clock.ts";
import type { ErrorCode } from "#contract/errors.ts";
import { millis, type Millis, seconds } from "#contract/units.ts";
import {
  defineDriver,
  type DriverContext,
  type Obeyed,
  type Observation,
  type OpenDevice,
  type Order,
} from "../driver.ts";
import { HOURS_EVERY, type Learned, Look, look } from "./look.ts";
import { plainAddress, startNotices } from "./notices.ts";
import { obey } from "./obey.ts";
import { PjlinkOptions } from "./options.ts";
import { PjlinkFailure, PjlinkSession, type Trouble } from "./session.ts";

/** A device that serves another client is soon free again. */
const BUSY_RETRIES = 2;
const BUSY_WAIT: Millis = millis(1500);

/** Displays and projectors that speak PJLink class 1 or 2. */
export const pjlink = defineDriver({
  id: "pjlink",
  title: "Displays and projectors by PJLink class 1 and 2",
  options: PjlinkOptions,
  kind: "display",
  shortestInterval: seconds(10),
  longestPoll: seconds(30),
  intervals: (options, every) => ({
    reachable: every,
    latency_ms: every,
    power_state: every,
    ...(options.wanted_input === undefined ? {} : { input_state: every }),
    lamp_hours_h: millis(Math.max(every, HOURS_EVERY)),
  }),
  open: (options, context) => new PjlinkDevice(options, context),
});

const codes: Record<Trouble, ErrorCode> = {
  refused: "DEVICE_REFUSED",
  unreachable: "DEVICE_SILENT",
  busy: "DEVICE_REFUSED",
  silent: "DEVICE_SILENT",
  password: "DEVICE_PASSWORD",
  "old-login": "DEVICE_PASSWORD",
  garbage: "DEVICE_GARBAGE",
  aborted: "DEVICE_SILENT",
};

/** How a device that does not know the SHA-256 log-in may answer to the wish for it. */
const NO_SHA256: ReadonlySet<Trouble> = new Set(["old-login", "silent", "busy"]);

class PjlinkDevice implements OpenDevice {
  readonly #options: PjlinkOptions;
  readonly #context: DriverContext;
  readonly #learned: Learned = {
    absent: new Set(),
    class: undefined,
    classSilences: 0,
    hoursAskedAt: undefined,
    identity: new Map(),
  };
  readonly #letGo: () => void;
  /** With `login: auto`, what has worked before. */
  #login: "md5" | "sha256" | undefined;
  #address: string | undefined;

  constructor(options: PjlinkOptions, context: DriverContext) {
    this.#options = options;
    this.#context = context;
    const { notices } = options;
    this.#letGo =
      notices === undefined
        ? () => {}
        : startNotices(notices, context.log, (from) => {
            if (from === this.#address || from === options.host) context.lookSoon?.();
          });
  }

  close(): void {
    this.#letGo();
  }

  async poll(signal: AbortSignal): Promise<Observation> {
    let login = this.#firstLogin();
    for (let retry = 0; ; retry++) {
      const seen = new Look();
      const session = this.#session(login, signal);
      try {
        await look({ session, seen, learned: this.#learned, options: this.#options }, this.#context.clock);
        this.#login = login;
        return this.#observed(seen);
      } catch (error) {
        if (!(error instanceof PjlinkFailure)) throw error;
        if (!seen.hasAnswered && !signal.aborted) {
          const mayBeOld = this.#options.login === "auto" && login === "sha256" && this.#login === undefined;
          if (mayBeOld && NO_SHA256.has(error.trouble)) {
            login = "md5";
            continue;
          }
          if (error.trouble === "busy" && retry < BUSY_RETRIES) {
            await sleep(this.#context.clock, BUSY_WAIT);
            continue;
          }
        }
        return this.#troubled(error, seen);
      } finally {
        this.#address = session.remoteAddress === undefined ? this.#address : plainAddress(session.remoteAddress);
        session.end();
      }
    }
  }

  async obey(order: Order, signal: AbortSignal): Promise<Obeyed> {
    const { host, port, login, wanted_input } = this.#options;
    const { clock } = this.#context;
    const session = this.#session(login === "auto" ? (this.#login ?? "md5") : login, signal);
    try {
      return await obey(order, { session, clock, signal, wantedInput: wanted_input, class: this.#learned.class ?? 1 });
    } catch (error) {
      if (!(error instanceof PjlinkFailure)) throw error;
      return { ok: false, code: codes[error.trouble], text: `${host}:${port} ${error.message}` };
    } finally {
      session.end();
    }
  }

  #firstLogin(): "md5" | "sha256" {
    const { login } = this.#options;
    return login === "auto" ? (this.#login ?? "sha256") : login;
  }

  #session(login: "md5" | "sha256", signal: AbortSignal): PjlinkSession {
    const { host, port, password } = this.#options;
    return new PjlinkSession({ host, port, password, login, clock: this.#context.clock, signal });
  }

  #observed(seen: Look): Observation {
    const { host, port } = this.#options;
    const metrics: Observation["metrics"] = { reachable: true, ...seen.told.metrics };
    if (seen.isBroken) metrics["other_health"] = "error";
    const lies = seen.told.refused;
    return {
      state: "online",
      metrics,
      ...this.#identity(),
      ...(lies !== undefined && { error: { code: "DEVICE_GARBAGE" as const, text: `${host}:${port} ${lies}` } }),
    };
  }

  /** What was answered before the trouble is kept; what was not is left out, never filled in. */
  #troubled(failure: PjlinkFailure, seen: Look): Observation {
    const { host, port, eco_standby } = this.#options;
    const error = { code: codes[failure.trouble], text: `${host}:${port} ${failure.message}` };
    if (failure.trouble === "password" || failure.trouble === "old-login") {
      return { state: "offline", metrics: { reachable: true }, error, giveUp: true, ...this.#identity() };
    }
    if (seen.hasAnswered || failure.trouble === "busy") return { ...this.#observed(seen), error };
    const mayBeAsleep = eco_standby && (failure.trouble === "refused" || failure.trouble === "unreachable");
    return { state: mayBeAsleep ? "sleeping" : "offline", metrics: { reachable: false }, error, ...this.#identity() };
  }

  #identity(): { model?: string; firmware?: string; serial?: string } {
    const { identity } = this.#learned;
    const model = [identity.get("INF1"), identity.get("INF2")]
      .filter((part) => part !== undefined)
      .join(" ")
      .trim();
    const firmware = identity.get("SVER") ?? "";
    const serial = identity.get("SNUM") ?? "";
    return {
      ...(model !== "" && { model }),
      ...(firmware !== "" && { firmware }),
      ...(serial !== "" && { serial }),
    };
  }
}
