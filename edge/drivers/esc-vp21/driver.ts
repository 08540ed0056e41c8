import { between, type Instant, millis, type Millis, seconds } from "#contract/units.ts";
import { DeviceFailure, failed, readableText } from "../device-failure.ts";
import {
  defineDriver,
  type DriverContext,
  type Obeyed,
  type Observation,
  type OpenDevice,
  type Order,
} from "../driver.ts";
import { Told } from "../told.ts";
import { obey } from "./obey.ts";
import { EscVp21Options } from "./options.ts";
import { readingsOf } from "./readings.ts";
import { EscVp21Session } from "./session.ts";

/** What counts hours is asked for no more often than that. */
const HOURS_EVERY: Millis = seconds(600);
/** What it tells in any state, and what only while a picture can be there. */
const HOURS = ["LAMP", "FILTER"] as const;
const OF_PICTURE = ["SOURCE", "SIGNAL", "MUTE", "FREEZE"] as const;

/** Epson projectors by ESC/VP21 over the network. */
export const escVp21 = defineDriver({
  id: "esc-vp21",
  title: "Epson projectors by ESC/VP21 over the network",
  options: EscVp21Options,
  kind: "display",
  shortestInterval: seconds(10),
  longestPoll: seconds(30),
  intervals: ({ wanted_source }, every) => ({
    reachable: every,
    latency_ms: every,
    power_state: every,
    ...(wanted_source !== undefined && { input_state: every }),
    lamp_hours_h: millis(Math.max(every, HOURS_EVERY)),
  }),
  open: (options, context) => new EscVp21Device(options, context),
});

class EscVp21Device implements OpenDevice {
  readonly #options: EscVp21Options;
  readonly #context: DriverContext;
  /** What this model does not tell although it is on: not asked again. */
  readonly #absent = new Set<string>();
  #hoursAskedAt: Instant | undefined;
  #serial: string | undefined;

  constructor(options: EscVp21Options, context: DriverContext) {
    this.#options = options;
    this.#context = context;
  }

  async poll(signal: AbortSignal): Promise<Observation> {
    const { host, port } = this.#options;
    const { clock } = this.#context;
    const place = `${host}:${port}`;
    const told = new Told();
    const faults: string[] = [];
    const startedAt = clock.now();
    let session: EscVp21Session | undefined;
    try {
      session = await this.#open(signal);
      const took = between(startedAt, clock.now());
      if (took >= 0 && took <= 60_000) told.put("latency_ms", took);
      await this.#look(session, told, faults);
      return this.#observed(told, faults);
    } catch (error) {
      const observation = failed(error, place);
      if (session !== undefined && observation.error !== undefined && observation.giveUp !== true)
        return { ...this.#observed(told, faults), error: observation.error };
      const mayBeAsleep = this.#options.network_off_in_standby && observation.metrics["reachable"] === false;
      return mayBeAsleep ? { ...observation, state: "sleeping" } : observation;
    } finally {
      session?.end();
    }
  }

  async obey(order: Order, signal: AbortSignal): Promise<Obeyed> {
    const { host, port, wanted_source } = this.#options;
    try {
      return await obey(order, {
        open: () => this.#open(signal),
        clock: this.#context.clock,
        signal,
        wantedSource: wanted_source,
      });
    } catch (error) {
      if (!(error instanceof DeviceFailure)) throw error;
      return { ok: false, code: error.code, text: `${host}:${port} ${error.message}` };
    }
  }

  #open(signal: AbortSignal): Promise<EscVp21Session> {
    const { host, port, password } = this.#options;
    return EscVp21Session.open({ host, port, password, clock: this.#context.clock, signal });
  }

  async #look(session: EscVp21Session, told: Told, faults: string[]): Promise<void> {
    const ask = (name: string): Promise<boolean> => this.#ask(session, name, { told, faults });
    await ask("PWR");
    await ask("ERR");
    const isOn = told.metrics["power_state"] === "on";
    const { clock } = this.#context;
    const now = clock.now();
    if (this.#hoursAskedAt === undefined || between(this.#hoursAskedAt, now) >= HOURS_EVERY) {
      for (const name of HOURS) if (!(await ask(name)) && isOn) this.#absent.add(name);
      this.#hoursAskedAt = now;
    }
    // In standby or on its way it answers these with ERR, which says nothing of the model.
    if (isOn) for (const name of OF_PICTURE) if (!(await ask(name))) this.#absent.add(name);
    if (this.#serial === undefined) this.#serial = readableText((await session.ask("SNO")) ?? "");
  }

  /** `false`: it does not tell that. */
  async #ask(
    session: EscVp21Session,
    name: string,
    { told, faults }: { told: Told; faults: string[] },
  ): Promise<boolean> {
    if (this.#absent.has(name)) return true;
    const value = await session.ask(name);
    if (value === undefined) return false;
    const { wanted_source, lamp_life_h } = this.#options;
    const said = readingsOf(name, value, { wanted_source, lamp_life_h });
    if (said === undefined) {
      told.refuse(`${name} is ${JSON.stringify(readableText(value, 32))}`);
      return true;
    }
    // Switched off after a fault: what its report calls well does not make it so.
    const wasBroken = told.metrics["other_health"] === "error";
    told.putAll(said.metrics);
    if (wasBroken) told.put("other_health", "error");
    faults.push(...said.faults);
    return true;
  }

  #observed(told: Told, faults: readonly string[]): Observation {
    const { host, port } = this.#options;
    const { refused } = told;
    return {
      state: "online",
      metrics: { reachable: true, ...told.metrics },
      model: "Epson projector",
      ...(this.#serial !== undefined && this.#serial !== "" && { serial: this.#serial }),
      ...(faults.length > 0 && {
        error: { code: "DEVICE_FAULT", text: `${host}:${port} ${faults.slice(0, 5).join("; ")}` },
      }),
      ...(refused !== undefined && { error: { code: "DEVICE_GARBAGE", text: `${host}:${port} ${refused}` } }),
    };
  }
}
