import { GreenroomError } from "#contract/errors.ts";
import { GATEWAY_AGENT, isId, parseRoomKey, RoomKey } from "#contract/ids.ts";
import type { Store } from "../store/open-store.ts";
import { hashSecret, newSecret, sameSecret } from "./secrets.ts";

export interface AgentKey {
  agent: string;
  rooms: readonly string[];
  created_ms: number;
}

/** Keys with which agents sign in to the broker. The broker asks `verify` at each connect, so that a revoked key is refused at once. */
export class AgentKeyDesk {
  readonly #store: Store;
  readonly #listeners = new Set<(agent: string) => void>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Which rooms an agent may speak for; `undefined` when the key is wrong or revoked. */
  async verify(agent: string, key: string): Promise<{ rooms: readonly string[] } | undefined> {
    const known = await this.#store.agentKeys.get(agent);
    // Compared also when there is none, so that the time does not tell which agents exist.
    const isRight = sameSecret(known?.key_hash ?? hashSecret(""), hashSecret(key));
    return isRight && known !== undefined ? { rooms: known.rooms } : undefined;
  }

  /** Makes an agent's key and returns it: the only time that it is seen. An earlier key of the agent ends with it. */
  async create(agent: string, rooms: readonly string[], by = "system"): Promise<string> {
    if (!isId(agent) || agent === GATEWAY_AGENT)
      throw new GreenroomError("INPUT_INVALID", `"${agent}" cannot be an agent's name`);
    for (const room of rooms) {
      if (!RoomKey.safeParse(room).success || !isId(parseRoomKey(room).site) || !isId(parseRoomKey(room).room))
        throw new GreenroomError("INPUT_INVALID", `"${room}" is not a room (site/room)`);
    }
    const key = newSecret("gra_");
    const isReplaced = (await this.#store.agentKeys.get(agent)) !== undefined;
    await this.#store.agentKeys.put({
      agent,
      key_hash: hashSecret(key),
      rooms: [...rooms],
      created_ms: this.#store.peopleClock.now(),
    });
    await this.#store.audit.add({ actor: by, action: "agent.add", subject: agent, detail: { rooms } });
    if (isReplaced) this.#tell(agent);
    return key;
  }

  async revoke(agent: string, by = "system"): Promise<boolean> {
    const isRevoked = await this.#store.agentKeys.revoke(agent, this.#store.peopleClock.now());
    if (!isRevoked) return false;
    await this.#store.audit.add({ actor: by, action: "agent.revoke", subject: agent });
    this.#tell(agent);
    return true;
  }

  async list(): Promise<AgentKey[]> {
    return (await this.#store.agentKeys.all()).map(({ agent, rooms, created_ms }) => ({ agent, rooms, created_ms }));
  }

  /** Told when an agent's key has ended, so that its open connection can be closed. */
  onRevoked(listener: (agent: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(agent: string): void {
    for (const listener of this.#listeners) listener(agent);
  }
}
