import { sleep } from "#contract/clock.ts";
import { between, type Instant, millis, type Millis, seconds } from "#contract/units.ts";
import { defineDriver, type DriverContext, type Observation, type OpenDevice } from "../driver.ts";
import { Told } from "../told.ts";
import { type Block, blocksOf, singly } from "./blocks.ts";
import { ModbusOptions } from "./options.ts";
import { nameOf, readBlock } from "./readings.ts";
import { ModbusException, ModbusFailure, ModbusSession } from "./session.ts";

/** A device that serves another client is soon free again. */
const BUSY_RETRIES = 2;
const BUSY_WAIT: Millis = millis(1_500);
/** It refuses what was asked, not the asking: there is no such register, or it cannot give so many at once. */
const NOT_SO: ReadonlySet<number> = new Set([1, 2, 3]);
/** The gateway answers, the device behind it does not. */
const BEHIND_GATEWAY: ReadonlySet<number> = new Set([10, 11]);

/** Sensors and controllers by Modbus TCP, their registers named in the configuration. */
export const modbus = defineDriver({
  id: "modbus",
  title: "Sensors and controllers by Modbus TCP",
  options: ModbusOptions,
  kind: (options) => options.kind,
  shortestInterval: seconds(5),
  longestPoll: seconds(20),
  intervals: (options, every) => ({
    reachable: every,
    latency_ms: every,
    ...Object.fromEntries(options.registers.map(({ metric }) => [metric, every])),
  }),
  open: (options, context) => new ModbusDevice(options, context),
});

class ModbusDevice implements OpenDevice {
  readonly #options: ModbusOptions;
  readonly #context: DriverContext;
  /** What is asked; a block that the device refused is asked singly from then on. */
  #blocks: readonly Block[];
  /** Registers that it does not have, with its words. Not asked again. */
  readonly #missing: string[] = [];

  constructor(options: ModbusOptions, context: DriverContext) {
    this.#options = options;
    this.#context = context;
    this.#blocks = blocksOf(options.registers);
  }

  async poll(signal: AbortSignal): Promise<Observation> {
    const { clock } = this.#context;
    for (let retry = 0; ; retry++) {
      const told = new Told();
      let session: ModbusSession | undefined;
      try {
        const startedAt = clock.now();
        session = await ModbusSession.open(this.#options, clock, signal);
        await this.#look(session, told, startedAt);
        return this.#observed(told);
      } catch (error) {
        if (error instanceof ModbusException) return this.#refused(error, told);
        if (!(error instanceof ModbusFailure)) throw error;
        const hasAnswered = "latency_ms" in told.metrics;
        if (error.isBusy && !hasAnswered && retry < BUSY_RETRIES && !signal.aborted) {
          await sleep(clock, BUSY_WAIT);
          continue;
        }
        return this.#troubled(error, told, hasAnswered || error.isBusy);
      } finally {
        session?.end();
      }
    }
  }

  async #look(session: ModbusSession, told: Told, startedAt: Instant): Promise<void> {
    const next: Block[] = [];
    for (const block of this.#blocks) {
      let data: Uint8Array;
      try {
        data = await session.read(block);
      } catch (error) {
        if (!(error instanceof ModbusException) || !NOT_SO.has(error.number)) throw error;
        this.#tellLatency(told, startedAt);
        next.push(...(await this.#singly(session, block, { told, error })));
        continue;
      }
      this.#tellLatency(told, startedAt);
      readBlock(block, data, told);
      next.push(block);
    }
    this.#blocks = next;
  }

  #tellLatency(told: Told, startedAt: Instant): void {
    if ("latency_ms" in told.metrics) return;
    const took = between(startedAt, this.#context.clock.now());
    if (took >= 0 && took <= 60_000) told.put("latency_ms", took);
  }

  /** Finds out which of a block it has. */
  async #singly(
    session: ModbusSession,
    block: Block,
    { told, error }: { told: Told; error: ModbusException },
  ): Promise<Block[]> {
    const [only] = block.registers;
    if (block.registers.length === 1 && only !== undefined) {
      this.#missing.push(`${nameOf(only)}: ${error.message}`);
      return [];
    }
    const kept: Block[] = [];
    for (const one of singly(block)) {
      try {
        readBlock(one, await session.read(one), told);
        kept.push(one);
      } catch (refusal) {
        if (!(refusal instanceof ModbusException) || !NOT_SO.has(refusal.number)) throw refusal;
        const [register] = one.registers;
        if (register !== undefined) this.#missing.push(`${nameOf(register)}: ${refusal.message}`);
      }
    }
    return kept;
  }

  #observed(told: Told): Observation {
    const lies = told.refused;
    const missing = this.#missing.slice(0, 5).join("; ");
    return {
      state: "online",
      metrics: { reachable: true, ...told.metrics },
      ...(missing !== "" && { error: { code: "CONFIG_INVALID", text: this.#named(missing) } }),
      ...(lies !== undefined && { error: { code: "DEVICE_GARBAGE", text: this.#named(lies) } }),
    };
  }

  /** A refusal that is none of the question: it is busy, broken, or behind a gateway that cannot reach it. */
  #refused(exception: ModbusException, told: Told): Observation {
    const isGone = BEHIND_GATEWAY.has(exception.number);
    const code = isGone
      ? "DEVICE_SILENT"
      : exception.number === 4 || exception.number === 8
        ? "DEVICE_FAULT"
        : "DEVICE_REFUSED";
    const error = { code, text: this.#named(exception.message) } as const;
    if (isGone) return { state: "offline", metrics: { reachable: false }, error };
    return { ...this.#observed(told), error };
  }

  /** What was answered before the trouble is kept. */
  #troubled(failure: ModbusFailure, told: Told, isThere: boolean): Observation {
    const error = { code: failure.code, text: this.#named(failure.message) };
    if (isThere) return { ...this.#observed(told), error };
    return { state: "offline", metrics: { reachable: false }, error };
  }

  #named(text: string): string {
    const { host, port, unit } = this.#options;
    return `${host}:${port} unit ${unit} ${text}`;
  }
}
