import { Readable } from "node:stream";
import type { Client, PublishPacket } from "aedes";

export interface WillStore {
  put(client: Client, will: PublishPacket): Promise<void>;
  remove(client: Client): void;
}
type Identified = { messageId?: number };

/**
 * What Aedes asks of a store, for a broker that keeps no sessions: every client starts clean, and the agents' outboxes are
 * the durable queue. Retained messages are the `RetainedStore`'s. Kept here: half-done QoS 2 handshakes.
 */
export class SessionlessPersistence {
  readonly #incoming = new Map<string, Map<number, unknown>>();
  readonly #wills: WillStore;

  constructor(wills: WillStore) {
    this.#wills = wills;
  }

  async setup(): Promise<void> {}
  async destroy(): Promise<void> {}

  async putWill(client: Client, will: PublishPacket): Promise<void> {
    await this.#wills.put(client, will);
  }
  async delWill(client: Client): Promise<void> {
    this.#wills.remove(client);
  }
  streamWill(): Readable {
    return Readable.from([]);
  }

  async addSubscriptions(): Promise<void> {}
  async removeSubscriptions(): Promise<void> {}
  async cleanSubscriptions(): Promise<void> {}
  async subscriptionsByClient(): Promise<readonly never[]> {
    return [];
  }

  async outgoingUpdate(): Promise<void> {}
  async outgoingClearMessageId(): Promise<undefined> {
    return undefined;
  }
  outgoingStream(): Readable {
    return Readable.from([]);
  }

  createRetainedStreamCombi(): Readable {
    return Readable.from([]);
  }

  async incomingStorePacket(client: Client, packet: Identified): Promise<void> {
    let open = this.#incoming.get(client.id);
    if (open === undefined) this.#incoming.set(client.id, (open = new Map<number, unknown>()));
    open.set(packet.messageId ?? 0, packet);
  }
  async incomingGetPacket(client: Client, packet: Identified): Promise<unknown> {
    const found = this.#incoming.get(client.id)?.get(packet.messageId ?? 0);
    if (found === undefined) throw new Error("no such packet");
    return found;
  }
  async incomingDelPacket(client: Client, packet: Identified): Promise<void> {
    if (this.#incoming.get(client.id)?.delete(packet.messageId ?? 0) !== true) throw new Error("no such packet");
  }
  async cleanIncoming(client: Client): Promise<void> {
    this.#incoming.delete(client.id);
  }
}
