import { type Cancel, type Clock } from "#contract/clock.ts";
import { messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import { metrics as registry, wrongType } from "#contract/metrics.ts";
import { type Instant, millis, type Millis, rfc3339, seconds } from "#contract/units.ts";
import type { Payload } from "#contract/wire.ts";
import type { DeviceConfig } from "./config.ts";
import { hideSecrets } from "./check/hide-secrets.ts";
import type { Driver, Obeyed, Observation, OpenDevice, Order } from "./drivers/driver.ts";

export interface PollerOptions {
  device: DeviceConfig;
  driver: Driver;
  agent: string;
  clock: Clock;
  log: Log;
  /** Between 0 and 1; spreads the polls of many devices. */
  random: () => number;
  onReading: (at: Instant, metrics: Observation["metrics"]) => void;
  onState: (state: Payload<"deviceState">) => void;
}

/** Polls spread by this share of the interval, so that twenty devices are not asked in the same second. */
const JITTER = 0.1;
const LONGEST_FIRST_WAIT: Millis = seconds(10);

/** Asks one device again and again, one poll at a time, and tells what it said. */
export class Poller {
  readonly #options: PollerOptions;
  readonly #open: OpenDevice;
  /** A device may say again what it was told: what is told of it has none of its secrets. */
  readonly #hide: (text: string) => string;
  readonly #intervals: Record<string, number>;
  readonly #kind: string;
  #lookedAt: Instant | undefined;
  #isLooking = false;
  #isObeying = false;
  /** The device hinted that something has changed since the last look began. */
  #isHinted = false;
  #abort: AbortController | undefined;
  #polling: Promise<void> | undefined;
  #obeying: Promise<unknown> = Promise.resolve();
  #cancelNext: Cancel = () => {};
  #isStopped = false;
  #hasGivenUp = false;
  /** What was last told of the device, without its time. */
  #told = "";
  #isTroubled = false;

  constructor(options: PollerOptions) {
    const { device, driver, clock, log } = options;
    this.#options = options;
    this.#kind = typeof driver.kind === "string" ? driver.kind : driver.kind(device.options);
    this.#hide = hideSecrets(device.options);
    this.#open = driver.open(device.options, { clock, log, lookSoon: () => this.#lookSoon() });
    const intervals = Object.entries(driver.intervals(device.options, device.interval));
    this.#intervals = Object.fromEntries(intervals.map(([metric, every]) => [metric, every / 1_000]));
  }

  start(): void {
    const { random, device } = this.#options;
    this.#wait(millis(random() * Math.min(LONGEST_FIRST_WAIT, device.interval)));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelNext();
    this.#abort?.abort();
    await this.#polling;
    this.#open.close?.();
  }

  /** Has the device do something, between two polls, and looks at it right after. */
  async obey(order: Order, signal: AbortSignal): Promise<Obeyed> {
    const before = this.#obeying;
    const obeyed = this.#obey(order, { signal, before });
    this.#obeying = Promise.allSettled([obeyed]);
    return obeyed;
  }

  async #obey(order: Order, { signal, before }: { signal: AbortSignal; before: Promise<unknown> }): Promise<Obeyed> {
    await before;
    if (this.#open.obey === undefined)
      return { ok: false, code: "NOT_SUPPORTED", text: `${this.#options.driver.title}: only read by this agent` };
    this.#isObeying = true;
    this.#cancelNext();
    try {
      await this.#polling;
      if (this.#isStopped || signal.aborted) return { ok: false, code: "TOO_LATE", text: "there was no time for it" };
      this.#cancelNext();
      if (this.#hasGivenUp) return { ok: false, code: "DEVICE_PASSWORD", text: "it refused the password before" };
      return this.#withoutSecrets(await this.#open.obey(order, signal));
    } catch (error) {
      return { ok: false, code: "DEVICE_GARBAGE", text: this.#hide(messageOf(error)) };
    } finally {
      this.#isObeying = false;
      if (!this.#isStopped && !this.#hasGivenUp) this.#wait(millis(0));
    }
  }

  #withoutSecrets<T extends { text?: string }>(said: T): T {
    return said.text === undefined ? said : { ...said, text: this.#hide(said.text) };
  }

  #wait(delay: Millis): void {
    this.#cancelNext();
    this.#cancelNext = this.#options.clock.after(delay, () => {
      this.#polling = this.#poll();
    });
  }

  /** A hint of the device hastens the next look, but never beyond what the device bears. */
  #lookSoon(): void {
    const { clock, driver } = this.#options;
    if (this.#isStopped || this.#hasGivenUp || this.#isObeying) return;
    this.#isHinted = true;
    if (this.#isLooking || this.#lookedAt === undefined) return;
    this.#wait(millis(Math.max(0, driver.shortestInterval - Math.max(0, clock.now() - this.#lookedAt))));
  }

  async #poll(): Promise<void> {
    const { clock, random, device, driver } = this.#options;
    const startedAt = clock.now();
    const abort = new AbortController();
    this.#abort = abort;
    this.#isLooking = true;
    this.#isHinted = false;
    const cancel = clock.after(driver.longestPoll, () => abort.abort());
    const seen = this.#hidden(await this.#look(abort.signal));
    cancel();
    this.#isLooking = false;
    this.#lookedAt = clock.now();
    if (this.#isStopped) return;
    this.#tell(seen);
    this.#hasGivenUp = seen.giveUp === true;
    if (this.#hasGivenUp) return;
    if (this.#isHinted) return this.#wait(driver.shortestInterval);
    const spread = device.interval * (1 - JITTER / 2 + JITTER * random());
    const took = Math.min(device.interval, Math.max(0, clock.now() - startedAt));
    this.#wait(millis(Math.max(spread - took, driver.shortestInterval / 2)));
  }

  /** A driver that fails by a defect of its own takes down nothing but its answer. */
  async #look(signal: AbortSignal): Promise<Observation> {
    try {
      return await this.#open.poll(signal);
    } catch (error) {
      return { state: "offline", metrics: {}, error: { code: "DEVICE_GARBAGE", text: messageOf(error) } };
    }
  }

  #hidden({ metrics, error, ...seen }: Observation): Observation {
    const texts = (values: object): object =>
      Object.fromEntries(
        Object.entries(values).map(([name, value]) => [name, typeof value === "string" ? this.#hide(value) : value]),
      );
    return {
      ...(texts(seen) as typeof seen),
      metrics: texts(metrics) as Observation["metrics"],
      ...(error !== undefined && { error: this.#withoutSecrets(error) }),
    };
  }

  #tell(seen: Observation): void {
    const { clock, onReading, onState, agent } = this.#options;
    const at = clock.now();
    const metrics = this.#fit(seen.metrics);
    if (Object.keys(metrics).length > 0) onReading(at, metrics);
    const { state, model, firmware, serial, error } = seen;
    const text = JSON.stringify([state, model, firmware, serial, error?.code]);
    if (text === this.#told) return;
    this.#told = text;
    onState({
      at: rfc3339(at),
      state,
      agent,
      intervals_s: this.#intervals,
      kind: this.#kind,
      ...(model === undefined ? {} : { model: model.slice(0, 128) }),
      ...(firmware === undefined ? {} : { firmware: firmware.slice(0, 128) }),
      ...(serial === undefined ? {} : { serial: serial.slice(0, 128) }),
      ...(error === undefined ? {} : { error: { code: error.code, text: error.text.slice(0, 512) } }),
    });
    this.#logChange(seen);
  }

  /** What a driver tells is held against the registry: a metric or type that is not there would be refused later, elsewhere. */
  #fit(metrics: Observation["metrics"]): Observation["metrics"] {
    return Object.fromEntries(
      Object.entries(metrics).filter(([name, value]) => {
        const metric = registry.get(name);
        return metric !== undefined && wrongType(metric, value) === undefined;
      }),
    );
  }

  #logChange({ state, error }: Observation): void {
    const { log, device } = this.#options;
    const place = `${device.room}/${device.device}`;
    const isTroubled = error !== undefined;
    if (isTroubled && state !== "sleeping") log.warn({ device: place, ...error }, "a device cannot be read");
    else if (!isTroubled && this.#isTroubled) log.info({ device: place }, "a device can be read again");
    this.#isTroubled = isTroubled;
  }
}
