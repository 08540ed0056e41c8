import type { Instant } from "#contract/units.ts";
import { between, seconds } from "#contract/units.ts";
import { defineDriver, type DriverContext, type Observation, type OpenDevice } from "../driver.ts";
import { Told } from "../told.ts";
import { Answers } from "./answers.ts";
import { SnmpOptions } from "./options.ts";
import { findPort, IF_NAMES, isStillPort } from "./profiles/switch-port.ts";
import type { Memory } from "./profiles/profile.ts";
import { modelOf, oidsOf, profileOf, readAnswers } from "./readings.ts";
import { SnmpFailure, SnmpSession } from "./session.ts";

/** Whatever has an SNMP agent: projectors, printers, UPS, power strips, switch ports, anything by a map. */
export const snmp = defineDriver({
  id: "snmp",
  title: "Whatever has an SNMP agent, version 2c or 3",
  options: SnmpOptions,
  kind: (options) => profileOf(options).kind,
  shortestInterval: seconds(10),
  longestPoll: seconds(20),
  intervals: (options, every) => ({
    reachable: every,
    latency_ms: every,
    ...(options.profile === "switch_port" && { link_up: every }),
    ...(options.profile === "ups" && { external_power: every, battery_pct: every }),
    ...Object.fromEntries(options.map.map(({ metric }) => [metric, every])),
  }),
  open: (options, context) => new SnmpDevice(options, context),
});

class SnmpDevice implements OpenDevice {
  readonly #options: SnmpOptions;
  readonly #context: DriverContext;
  readonly #memory: Memory = {};

  constructor(options: SnmpOptions, context: DriverContext) {
    this.#options = options;
    this.#context = context;
  }

  async poll(signal: AbortSignal): Promise<Observation> {
    const { clock } = this.#context;
    const told = new Told();
    const answers = new Answers();
    let session: SnmpSession | undefined;
    try {
      session = await SnmpSession.open(this.#options, clock, signal);
      await this.#look(session, answers, told);
      return this.#observed(answers, told);
    } catch (error) {
      if (!(error instanceof SnmpFailure)) throw error;
      return this.#troubled(error, answers, told);
    } finally {
      session?.end();
    }
  }

  async #look(session: SnmpSession, answers: Answers, told: Told): Promise<void> {
    const { clock } = this.#context;
    const startedAt = clock.now();
    await this.#findPort(session, answers);
    await session.get(oidsOf(this.#options, this.#memory), answers);
    told.put("latency_ms", latency(startedAt, clock.now()));
    const { interface: name } = this.#options;
    const { ifIndex } = this.#memory;
    if (name !== undefined && ifIndex !== undefined && !isStillPort(answers, name, ifIndex)) {
      this.#memory.ifIndex = undefined;
      throw new SnmpFailure("DEVICE_FAULT", `its ports are numbered anew: ${name} is looked for again`);
    }
    for (const table of profileOf(this.#options).tables ?? []) await session.walk(table, answers);
  }

  /** A port that is named is looked for once, and again when the switch has numbered its ports anew. */
  async #findPort(session: SnmpSession, answers: Answers): Promise<void> {
    const { interface: name } = this.#options;
    if (name === undefined || this.#memory.ifIndex !== undefined) return;
    const found = new Answers();
    for (const names of IF_NAMES) {
      await session.walk(names, found);
      this.#memory.ifIndex = findPort(found, name);
      if (this.#memory.ifIndex !== undefined) return;
    }
    await session.get(oidsOf(this.#options, this.#memory), answers);
    throw new SnmpFailure("CONFIG_INVALID", `has no interface of the name ${JSON.stringify(name.slice(0, 40))}`);
  }

  #observed(answers: Answers, told: Told): Observation {
    const { clock } = this.#context;
    const faults = readAnswers({ answers, options: this.#options, memory: this.#memory, told, now: clock.now() });
    const lies = told.refused;
    const model = modelOf(answers);
    return {
      state: "online",
      metrics: { reachable: true, ...told.metrics },
      ...(model !== undefined && { model }),
      ...(faults.length > 0 && { error: { code: "DEVICE_FAULT", text: this.#named(faults.join("; ")) } }),
      ...(lies !== undefined && { error: { code: "DEVICE_GARBAGE", text: this.#named(lies) } }),
    };
  }

  /** What was answered before the trouble is kept. */
  #troubled(failure: SnmpFailure, answers: Answers, told: Told): Observation {
    const error = { code: failure.code, text: this.#named(failure.message) };
    if (answers.size > 0) return { ...this.#observed(answers, told), error };
    return { state: "offline", metrics: { reachable: failure.code === "DEVICE_PASSWORD" }, error };
  }

  #named(text: string): string {
    return `${this.#options.host}:${this.#options.port} ${text}`;
  }
}

/** `undefined` when the clock was set meanwhile. */
function latency(from: Instant, to: Instant): number | undefined {
  const took = between(from, to);
  return took >= 0 && took <= 60_000 ? took : undefined;
}
