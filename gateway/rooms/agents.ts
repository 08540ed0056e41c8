import type { AgentState } from "#contract/messages/edge.ts";
import { type Instant, instant } from "#contract/units.ts";

/** What is known of one agent. */
export interface AgentRecord {
  down: boolean;
  /** As told: since when it is so. */
  since: Instant;
  /** When this was heard: only what was measured later proves otherwise. */
  heardAt: Instant;
  rooms: Set<string>;
}

/** The agents of all sites: who is down since when, and which rooms that concerns. A death is one cause. */
export class Agents {
  readonly #agents = new Map<string, AgentRecord>();

  /** Takes a birth, a death or a last will. Returns the rooms that it changes. */
  take(site: string, agent: string, state: AgentState, heard: { at: Instant; retained: boolean }): Iterable<string> {
    const record = this.#record(site, agent);
    const down = state.state === "offline";
    if (record.down === down) return [];
    record.down = down;
    // A last will was written when the agent connected, so its own time says nothing about the death.
    record.heardAt = heard.at;
    record.since = heard.retained ? instant(Math.min(Date.parse(state.at), heard.at)) : heard.at;
    return record.rooms;
  }

  /** A reading proves that its agent lives when it was taken after the death. Returns the rooms that this changes. */
  proveAlive(site: string, agent: string, at: Instant): Iterable<string> {
    const record = this.#agents.get(`${site}/${agent}`);
    if (record === undefined || !record.down || at <= record.heardAt) return [];
    record.down = false;
    record.since = at;
    return record.rooms;
  }

  /** Notes that this agent speaks for a device of this room. */
  serves(site: string, agent: string, room: string): AgentRecord {
    const record = this.#record(site, agent);
    record.rooms.add(`${site}/${room}`);
    return record;
  }

  get size(): number {
    return this.#agents.size;
  }

  #record(site: string, agent: string): AgentRecord {
    const key = `${site}/${agent}`;
    let record = this.#agents.get(key);
    if (record === undefined) {
      record = { down: false, since: instant(0), heardAt: instant(0), rooms: new Set() };
      this.#agents.set(key, record);
    }
    return record;
  }
}
