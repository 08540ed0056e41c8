import { z } from "zod";
import { SequenceSet } from "./sequence-set.ts";

/** As many boots of an agent as `committed` names; the one that was quiet longest is forgotten. */
const MOST_BOOTS = 64;
/** Agents that are remembered; with an open broker anybody may make up names. */
const MOST_AGENTS = 20_000;

/** Which reading: one count per agent and boot. */
export interface ReadingIdentity {
  site: string;
  agent: string;
  boot: string;
  seq: number;
}

export const AgentCounts = z.object({
  agent: z.string(),
  sites: z.array(z.string()),
  boots: z.array(z.object({ boot: z.string(), upTo: z.number(), ranges: z.array(z.number()) })),
});
export type AgentCounts = z.infer<typeof AgentCounts>;

export interface CountedAgent {
  readonly agent: string;
  readonly sites: Set<string>;
  /** Quietest first. */
  readonly boots: Map<string, SequenceSet>;
}

/** What has been taken of every agent. Holds only what is durable: the recorder adds a number after its commit. */
export class CommitLedger {
  readonly #agents = new Map<string, CountedAgent>();

  has({ agent, boot, seq }: ReadingIdentity): boolean {
    return this.#agents.get(agent)?.boots.get(boot)?.has(seq) ?? false;
  }

  /** Returns the agent, whose `committed` may have moved. */
  add(id: ReadingIdentity): CountedAgent {
    const agent = this.#agent(id);
    this.#boot(agent, id.boot).add(id.seq);
    return agent;
  }

  /** The agent can send nothing before `seq` of that boot any more. */
  giveUpBefore(id: ReadingIdentity): CountedAgent {
    const agent = this.#agent(id);
    this.#boot(agent, id.boot).giveUpBefore(id.seq);
    return agent;
  }

  /** Whether numbers before that one are still awaited. */
  awaitsBefore({ agent, boot, seq }: ReadingIdentity): boolean {
    return seq - 1 > (this.#agents.get(agent)?.boots.get(boot)?.upTo ?? 0);
  }

  agents(): IterableIterator<CountedAgent> {
    return this.#agents.values();
  }

  get(agent: string): CountedAgent | undefined {
    return this.#agents.get(agent);
  }

  restore(counts: readonly AgentCounts[]): void {
    for (const { agent, sites, boots } of counts) {
      const restored = new Map(boots.map(({ boot, upTo, ranges }) => [boot, new SequenceSet(upTo, ranges)]));
      this.#agents.set(agent, { agent, sites: new Set(sites), boots: restored });
    }
  }

  toJSON(): AgentCounts[] {
    return Array.from(this.#agents.values(), ({ agent, sites, boots }) => ({
      agent,
      sites: [...sites],
      boots: Array.from(boots, ([boot, taken]) => ({ boot, ...taken.toJSON() })),
    }));
  }

  #agent({ agent: name, site }: ReadingIdentity): CountedAgent {
    let agent = this.#agents.get(name);
    if (agent === undefined) {
      agent = { agent: name, sites: new Set(), boots: new Map() };
      if (this.#agents.size >= MOST_AGENTS) this.#agents.delete(this.#agents.keys().next().value as string);
      this.#agents.set(name, agent);
    }
    agent.sites.add(site);
    return agent;
  }

  #boot({ boots }: CountedAgent, boot: string): SequenceSet {
    let taken = boots.get(boot);
    if (taken !== undefined) return taken;
    taken = new SequenceSet();
    if (boots.size >= MOST_BOOTS) boots.delete(boots.keys().next().value as string);
    boots.set(boot, taken);
    return taken;
  }
}
