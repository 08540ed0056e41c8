import type { Bus } from "#contract/bus.ts";
import type { Cancel, Clock } from "#contract/clock.ts";
import { GATEWAY_AGENT } from "#contract/ids.ts";
import { rfc3339, seconds } from "#contract/units.ts";
import { publish } from "#contract/wire.ts";

const EVERY = seconds(30);

export interface PulseOptions {
  bus: Bus;
  clock: Clock;
  failed: (error: unknown) => void;
}

/**
 * Tells each site, while the gateway lives, that it does. A building in which nothing happens and a gateway that has died look
 * the same otherwise; by the pulse's age a screen knows that its verdicts may be old.
 */
export class Pulse {
  readonly #options: PulseOptions;
  readonly #sites = new Set<string>();
  readonly #cancel: Cancel;

  constructor(options: PulseOptions) {
    this.#options = options;
    this.#cancel = options.clock.every(EVERY, () => {
      for (const site of this.#sites) void this.#tell(site, "online");
    });
  }

  /** From here on this site hears the pulse; the first beat at once. */
  add(site: string): void {
    if (this.#sites.has(site)) return;
    this.#sites.add(site);
    void this.#tell(site, "online");
  }

  async stop(): Promise<void> {
    this.#cancel();
    await Promise.all([...this.#sites].map((site) => this.#tell(site, "offline")));
    this.#sites.clear();
  }

  async #tell(site: string, state: "online" | "offline"): Promise<void> {
    const { bus, clock, failed } = this.#options;
    await publish(bus, "agentState", { site, agent: GATEWAY_AGENT }, { at: rfc3339(clock.now()), state }).catch(failed);
  }
}
