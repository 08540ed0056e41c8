import { sleep } from "#contract/clock.ts";
import type { ErrorCode } from "#contract/errors.ts";
import type { MetricValue } from "#contract/metrics.ts";
import { between, hours, type Instant, millis, type Millis, seconds } from "#contract/units.ts";
import {
  defineDriver,
  type DriverContext,
  type Obeyed,
  type Observation,
  type OpenDevice,
  type Order,
} from "../driver.ts";
import {
  type Answer,
  parseHealth,
  parseInput,
  parseLamps,
  parsePictureMuted,
  parsePower,
  readableText,
} from "./lines.ts";
import { obey } from "./obey.ts";
import { PjlinkOptions } from "./options.ts";
import { PjlinkFailure, PjlinkSession, type Trouble } from "./session.ts";

/** Hours of a lamp move slowly; asking for them each time only makes every poll longer. */
const LAMP_EVERY: Millis = hours(1);
/** A device that serves another client is soon free again. */
const BUSY_RETRIES = 2;
const BUSY_WAIT: Millis = millis(1500);

/** Displays and projectors that speak PJLink class 1 (and class 2 devices, which answer class 1 questions). */
export const pjlink = defineDriver({
  id: "pjlink",
  title: "Displays and projectors by PJLink class 1",
  options: PjlinkOptions,
  kind: "display",
  shortestInterval: seconds(10),
  longestPoll: seconds(30),
  intervals: (options, every) => ({
    reachable: every,
    latency_ms: every,
    power_state: every,
    ...(options.wanted_input === undefined ? {} : { input_state: every }),
    lamp_hours_h: millis(Math.max(every, LAMP_EVERY)),
  }),
  open: (options, context) => new PjlinkDevice(options, context),
});

const codes: Record<Trouble, ErrorCode> = {
  refused: "DEVICE_REFUSED",
  unreachable: "DEVICE_SILENT",
  busy: "DEVICE_REFUSED",
  silent: "DEVICE_SILENT",
  password: "DEVICE_PASSWORD",
  garbage: "DEVICE_GARBAGE",
  aborted: "DEVICE_SILENT",
};

class PjlinkDevice implements OpenDevice {
  readonly #options: PjlinkOptions;
  readonly #context: DriverContext;
  /** What it answered ERR1 to: it has no such thing, and is not asked again. */
  readonly #absent = new Set<string>();
  #model: string | undefined;
  #lampAskedAt: Instant | undefined;

  constructor(options: PjlinkOptions, context: DriverContext) {
    this.#options = options;
    this.#context = context;
  }

  async poll(signal: AbortSignal): Promise<Observation> {
    for (let retry = 0; ; retry++) {
      const seen = new Look();
      const { host, port, password } = this.#options;
      const session = new PjlinkSession({ host, port, password, clock: this.#context.clock, signal });
      try {
        await this.#look(session, seen);
        return this.#observed(seen);
      } catch (error) {
        if (!(error instanceof PjlinkFailure)) throw error;
        if (error.trouble === "busy" && !seen.hasAnswered && retry < BUSY_RETRIES && !signal.aborted) {
          await sleep(this.#context.clock, BUSY_WAIT);
          continue;
        }
        return this.#troubled(error, seen);
      } finally {
        session.end();
      }
    }
  }

  async obey(order: Order, signal: AbortSignal): Promise<Obeyed> {
    const { host, port, password, wanted_input } = this.#options;
    const { clock } = this.#context;
    const session = new PjlinkSession({ host, port, password, clock, signal });
    try {
      return await obey(order, { session, clock, signal, wantedInput: wanted_input });
    } catch (error) {
      if (!(error instanceof PjlinkFailure)) throw error;
      return { ok: false, code: codes[error.trouble], text: `${host}:${port} ${error.message}` };
    } finally {
      session.end();
    }
  }

  /** Power first: it tells what else can be answered, and the connection is free again soonest. */
  async #look(session: PjlinkSession, seen: Look): Promise<void> {
    const { clock } = this.#context;
    const { wanted_input, lamp_life_h } = this.#options;
    const startedAt = clock.now();
    const power = await this.#ask(session, "POWR", seen);
    seen.tell("latency_ms", latency(startedAt, clock.now()));
    seen.tell("power_state", read("POWR", power, parsePower));

    const health = read("ERST", await this.#ask(session, "ERST", seen), parseHealth);
    if (health !== undefined) for (const [metric, value] of Object.entries(health)) seen.tell(metric, value);

    seen.tell("picture_muted", read("AVMT", await this.#ask(session, "AVMT", seen), parsePictureMuted));
    if (wanted_input !== undefined) {
      const input = read("INPT", await this.#ask(session, "INPT", seen), parseInput);
      seen.tell("input_state", input === undefined ? "unknown" : input === wanted_input ? "right" : "wrong");
    }
    if (this.#lampAskedAt === undefined || Math.abs(between(this.#lampAskedAt, startedAt)) >= LAMP_EVERY) {
      const lamps = read("LAMP", await this.#ask(session, "LAMP", seen), parseLamps);
      if (lamps !== undefined) {
        this.#lampAskedAt = startedAt;
        const burned = Math.max(...lamps.map((lamp) => lamp.hours));
        seen.tell("lamp_hours_h", burned);
        if (lamp_life_h !== undefined) seen.tell("lamp_used_pct", Math.min(200, (burned / lamp_life_h) * 100));
      }
    }
    if (this.#model === undefined) {
      const maker = read("INF1", await this.#ask(session, "INF1", seen), readableText);
      const product = read("INF2", await this.#ask(session, "INF2", seen), readableText);
      const told = [maker, product].filter((part) => part !== undefined);
      if (told.length > 0) this.#model = told.join(" ").trim();
    }
  }

  /** `undefined`: it has no such thing, or not now. ERR4 is the device's own word that it is broken. */
  async #ask(session: PjlinkSession, body: string, seen: Look): Promise<string | undefined> {
    if (this.#absent.has(body)) return undefined;
    const answer: Answer = await session.ask(body);
    seen.hasAnswered = true;
    if (answer.ok) return answer.value;
    if (answer.error === "ERR1") this.#absent.add(body);
    if (answer.error === "ERR4") seen.isBroken = true;
    return undefined;
  }

  #observed(seen: Look): Observation {
    const metrics: Observation["metrics"] = { reachable: true, ...seen.metrics };
    if (seen.isBroken) metrics["other_health"] = "error";
    return { state: "online", metrics, ...this.#identity() };
  }

  /** What was answered before the trouble is kept; what was not is left out, never filled in. */
  #troubled(failure: PjlinkFailure, seen: Look): Observation {
    const { host, port, eco_standby } = this.#options;
    const error = { code: codes[failure.trouble], text: `${host}:${port} ${failure.message}` };
    if (failure.trouble === "password") {
      return { state: "offline", metrics: { reachable: true }, error, giveUp: true, ...this.#identity() };
    }
    if (seen.hasAnswered || failure.trouble === "busy") return { ...this.#observed(seen), error };
    const mayBeAsleep = eco_standby && (failure.trouble === "refused" || failure.trouble === "unreachable");
    return { state: mayBeAsleep ? "sleeping" : "offline", metrics: { reachable: false }, error, ...this.#identity() };
  }

  #identity(): { model?: string } {
    return this.#model === undefined || this.#model === "" ? {} : { model: this.#model };
  }
}

/** What one poll has learned so far. */
class Look {
  readonly metrics: Record<string, MetricValue> = {};
  hasAnswered = false;
  isBroken = false;

  tell(metric: string, value: MetricValue | undefined): void {
    if (value !== undefined) this.metrics[metric] = value;
  }
}

/** A value in the device's own spelling, or garbage: an undefined power state is never read as on. */
function read<T>(body: string, value: string | undefined, parse: (value: string) => T | undefined): T | undefined {
  if (value === undefined) return undefined;
  const parsed = parse(value);
  if (parsed === undefined) {
    throw new PjlinkFailure("garbage", `answered ${JSON.stringify(value.slice(0, 40))} to ${body}`);
  }
  return parsed;
}

/** `undefined` when the clock was set meanwhile. */
function latency(from: Instant, to: Instant): number | undefined {
  const took = between(from, to);
  return took >= 0 && took <= 60_000 ? took : undefined;
}
