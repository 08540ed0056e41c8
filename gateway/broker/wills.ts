import type { Client, PublishPacket } from "aedes";
import type { Log } from "#contract/log.ts";
import { parseTopic } from "#contract/wire.ts";
import type { Intake } from "./intake.ts";
import type { RetainedStore } from "./retained-store.ts";
import type { Router } from "./router.ts";
import type { Session } from "./session.ts";

interface Parts {
  retained: RetainedStore;
  router: Router;
  intake: Intake;
  log: Log;
  sessionOf: (client: Client) => Session | undefined;
  isLive: (identity: string) => boolean;
}

/**
 * What agents leave to be said when their link breaks. Aedes says it while the broker runs; these are kept on disk for
 * agents that go while the broker is down, which nobody sees.
 */
export class Wills {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async keep(client: Client, will: PublishPacket): Promise<void> {
    const { sessionOf, retained } = this.#parts;
    const session = sessionOf(client);
    if (session === undefined || !session.decide(will.topic).ok) return;
    const { topic, retain } = will;
    const payload = Buffer.from(will.payload);
    // A connection does not fail for the want of this; the will of a live client is in memory as well.
    await retained.putWill({ client: client.id, agent: session.party.agent, topic, payload, retain }).catch(() => {});
  }

  remove(client: Client): void {
    this.#parts.retained.removeWill(client.id);
  }

  /** Agents that were linked when this process died, and have not come back: they are gone, and their will says so. */
  publishOrphaned(): void {
    const { retained, router, intake, log, isLive } = this.#parts;
    for (const will of retained.wills) {
      if (isLive(will.client)) continue;
      log.info({ agent: will.agent }, "an agent has not come back since the broker's last run; its last will counts");
      if (will.retain) retained.put(will.topic, will.payload, will.agent).catch(() => {});
      if (parseTopic(will.topic) === undefined)
        intake.gear?.({ topic: will.topic, payload: will.payload })?.catch(() => {});
      router.route({ topic: will.topic, payload: will.payload, qos: 1 });
      retained.removeWill(will.client);
    }
  }
}
