import type { Bus } from "#contract/bus.ts";
import { type Clock, sleep } from "#contract/clock.ts";
import type { AgentState, DeviceState } from "#contract/messages/edge.ts";
import type { Reading } from "#contract/messages/reading.ts";
import { type Instant, rfc3339, seconds } from "#contract/units.ts";
import { publish } from "#contract/wire.ts";

export interface SimulatedAgentOptions {
  site: string;
  agent: string;
  /** Opaque name of this run. */
  boot: string;
  bus: Bus;
  clock: Clock;
}

interface Waiting {
  room: string;
  device: string;
  reading: Reading;
}

/** Readings under way at once, and kept at most while the broker is away (oldest out). */
const WINDOW = 256;
const KEPT = 200_000;
const RETRY = seconds(2);

/** Speaks for simulated devices on the real wire: birth, states, readings with identity, in order, sent again until acknowledged. */
export class SimulatedAgent {
  readonly #options: SimulatedAgentOptions;
  #seq = 0;
  #queue: Waiting[] = [];
  #inFlight = 0;
  #stopped = false;
  #idle: (() => void)[] = [];

  constructor(options: SimulatedAgentOptions) {
    this.#options = options;
  }

  async born(
    devices: readonly { room: string; device: string; state: Omit<DeviceState, "at" | "agent"> }[],
  ): Promise<void> {
    const { bus, site, agent, boot, clock } = this.#options;
    const at = rfc3339(clock.now());
    const birth: AgentState = {
      at,
      state: "online",
      boot,
      version: "simulated",
      devices: devices.map((each) => `${each.room}/${each.device}`),
    };
    await publish(bus, "agentState", { site, agent }, birth);
    for (const { room, device, state } of devices)
      await publish(bus, "deviceState", { site, room, device }, { ...state, at, agent } as DeviceState);
  }

  /** Takes a reading for sending; never blocks the simulation. */
  send(room: string, device: string, at: Instant, reading: { metrics: Reading["metrics"]; late?: boolean }): void {
    const { agent, boot } = this.#options;
    this.#queue.push({ room, device, reading: { at: rfc3339(at), agent, boot, seq: ++this.#seq, ...reading } });
    if (this.#queue.length > KEPT) this.#queue.shift();
    this.#pump();
  }

  /** Readings that are not acknowledged yet. */
  get waiting(): number {
    return this.#queue.length + this.#inFlight;
  }

  /** Resolves once everything taken so far is acknowledged. */
  drained(): Promise<void> {
    if (this.#queue.length === 0 && this.#inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#queue = [];
    const { bus, site, agent, boot, clock } = this.#options;
    await publish(bus, "agentState", { site, agent }, { at: rfc3339(clock.now()), state: "offline", boot }).catch(
      () => {},
    );
  }

  #pump(): void {
    while (!this.#stopped && this.#inFlight < WINDOW && this.#queue.length > 0) {
      this.#inFlight += 1;
      void this.#deliver(this.#queue.shift() as Waiting);
    }
  }

  async #deliver({ room, device, reading }: Waiting): Promise<void> {
    const { bus, site, clock } = this.#options;
    for (let sent = false; !sent && !this.#stopped;) {
      sent = await publish(bus, "reading", { site, room, device }, reading).then(
        () => true,
        () => false,
      );
      if (!sent) await sleep(clock, RETRY);
    }
    this.#inFlight -= 1;
    this.#pump();
    if (this.#queue.length === 0 && this.#inFlight === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }
}
