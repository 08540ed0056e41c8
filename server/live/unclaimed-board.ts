import type { Bus, Message } from "#contract/bus.ts";
import { GATEWAY_AGENT, WIRE_SOURCE } from "#contract/ids.ts";
import type { Log } from "#contract/log.ts";
import type { Unclaimed, UnclaimedDevice } from "#contract/messages/unclaimed.ts";
import { filterOf, isRemoval, parsePayload, parseTopic } from "#contract/wire.ts";

/** A device that waits, and where it is heard. */
export interface WaitingDevice {
  site: string;
  /** The subscription map, or `wire`. */
  via: string;
  title: string;
  device: UnclaimedDevice;
}

/** What the gateways say of devices that belong to no room. */
export class UnclaimedBoard {
  readonly #log: Log;
  readonly #lists = new Map<string, { site: string; via: string; list: Unclaimed }>();
  #end: () => Promise<void> = () => Promise.resolve();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Resolves once everything that the broker has kept was taken in. */
  async start(bus: Bus): Promise<void> {
    this.#end = await bus.subscribe(filterOf("unclaimed"), (message) => this.#take(message));
    await bus.settled();
  }

  async stop(): Promise<void> {
    await this.#end().catch(() => {});
  }

  get devices(): WaitingDevice[] {
    return [...this.#lists.values()].flatMap(({ site, via, list }) =>
      list.devices.map((device) => ({ site, via, title: list.title, device })),
    );
  }

  /** Further ones that are heard and not listed. */
  get more(): number {
    return [...this.#lists.values()].reduce((sum, { list }) => sum + list.more, 0);
  }

  #take(message: Message): void {
    const topic = parseTopic(message.topic);
    if (topic?.kind !== "unclaimed" || topic.agent === undefined) return;
    const { site, agent } = topic;
    const key = `${site}/${agent}`;
    if (isRemoval(message)) {
      this.#lists.delete(key);
      return;
    }
    const parsed = parsePayload("unclaimed", message.payload);
    if (parsed.ok)
      this.#lists.set(key, { site, via: agent === GATEWAY_AGENT ? WIRE_SOURCE : agent, list: parsed.value });
    else
      this.#log.warn(
        { site, agent, where: parsed.where, why: parsed.why },
        "a list of unclaimed devices cannot be read",
      );
  }
}
