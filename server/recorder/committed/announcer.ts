import type { Bus } from "#contract/bus.ts";
import type { Cancel, Clock } from "#contract/clock.ts";
import { messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import { type Instant, instant, millis, rfc3339 } from "#contract/units.ts";
import { publish } from "#contract/wire.ts";
import type { CommitLedger, CountedAgent } from "./commit-ledger.ts";

/** No agent is told more often. */
const SHORTEST_MS = 200;
/** With many agents the telling is spread out, so that it never takes more than a small share of the time. */
const PER_AGENT_MS = 0.5;

/** Tells agents, by the retained `committed`, up to where their readings are durably stored. */
export class Announcer {
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #dirty = new Set<CountedAgent>();
  #cancel: Cancel | undefined;
  #next: Instant = instant(0);
  #isFailing = false;
  readonly #unlink: () => void;

  constructor({ bus, clock, log, ledger }: { bus: Bus; clock: Clock; log: Log; ledger: CommitLedger }) {
    this.#bus = bus;
    this.#clock = clock;
    this.#log = log;
    // A broker that was restarted may have forgotten what it kept.
    this.#unlink = bus.onLink((isUp) => {
      if (isUp) for (const agent of ledger.agents()) this.moved(agent);
    });
  }

  /** More of that agent's readings are durable. */
  moved(agent: CountedAgent): void {
    this.#dirty.add(agent);
    this.#arm();
  }

  /** An agent that has just come is told what is stored of it, and with that what time it is here. */
  greet(site: string, agent: string, counted: CountedAgent | undefined): void {
    if (counted !== undefined && [...counted.boots.values()].some(({ upTo }) => upTo > 0)) return this.moved(counted);
    const at = rfc3339(this.#clock.now());
    publish(this.#bus, "committed", { site, agent }, { at, boots: [] }).catch(() => {});
  }

  /** Tells what is left to tell, then stops. */
  async stop(): Promise<void> {
    this.#unlink();
    this.#cancel?.();
    await this.#tell();
    this.#cancel?.();
  }

  #arm(): void {
    this.#cancel ??= this.#clock.after(millis(Math.max(0, this.#next - this.#clock.now())), () => {
      this.#cancel = undefined;
      void this.#tell();
    });
  }

  async #tell(): Promise<void> {
    const agents = [...this.#dirty];
    this.#dirty.clear();
    this.#next = instant(this.#clock.now() + SHORTEST_MS + PER_AGENT_MS * agents.length);
    try {
      await Promise.all(agents.flatMap((agent) => this.#tellAgent(agent)));
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing)
        this.#log.warn({ error: messageOf(error) }, "Agents cannot be told what is stored; it is tried again.");
      this.#isFailing = true;
      for (const agent of agents) this.#dirty.add(agent);
      // When the link is down its return starts the next try.
      if (this.#bus.connected) this.#arm();
    }
  }

  #tellAgent({ agent, sites, boots }: CountedAgent): Promise<void>[] {
    const at = rfc3339(this.#clock.now());
    const told = Array.from(boots, ([boot, { upTo }]) => ({ boot, seq: upTo })).filter(({ seq }) => seq > 0);
    if (told.length === 0) return [];
    return Array.from(sites, (site) => publish(this.#bus, "committed", { site, agent }, { at, boots: told }));
  }
}
