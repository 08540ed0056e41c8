import type { PublishPacket } from "aedes";
import { GreenroomError } from "#contract/errors.ts";
import { type Kind, wire } from "#contract/wire.ts";
import type { Intake } from "./intake.ts";
import type { Step } from "./lane.ts";
import type { Refusals } from "./refusals.ts";
import type { RetainedStore } from "./retained-store.ts";
import type { Router } from "./router.ts";
import type { Session } from "./session.ts";

interface Parts {
  intake: Intake;
  retained: RetainedStore;
  router: Router;
  refusals: Refusals;
}

/** What a refused message costs of its sender's rate: a client that is wrong all the time is slowed to a crawl. */
export const REFUSED_COST = 100;
/** A long message costs as much as several. */
const BYTES_PER_TOKEN = 4_096;

/**
 * What becomes of a message between its arrival and its acknowledgement: judged by the access rules, stored if it is a
 * reading, written to the disk if it is retained, then handed on. A refused message is acknowledged and kept aside, as
 * Mosquitto does: MQTT 3.1.1 has no other answer than to cut the link, which would make a well-meant device with one
 * wrong topic send the same message for ever and nothing else.
 */
export class Admission {
  readonly #parts: Parts;
  messages = 0;
  bytes = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Gives its turn to the session's lane; `done` without an error lets Aedes acknowledge. */
  admit(session: Session, packet: PublishPacket, isWill: boolean, done: (error?: Error | null) => void): void {
    this.messages += 1;
    this.bytes += packet.topic.length + packet.payload.length;
    const step = this.#step(session, packet, done);
    if (isWill) session.lane.pushLast(step);
    else session.lane.push(step);
  }

  #step(session: Session, packet: PublishPacket, done: (error?: Error | null) => void): Step {
    const { router } = this.#parts;
    const payload = packet.payload as Uint8Array;
    const { topic, qos } = packet;
    const decision = session.decide(topic);
    if (!decision.ok) {
      this.#parts.refusals.add({ topic, payload, agent: session.party.agent, code: decision.code, why: decision.why });
      return { cost: REFUSED_COST, begin: () => undefined, finish: () => done(null) };
    }
    let isKept = true;
    return {
      cost: Math.max(1, payload.length / BYTES_PER_TOKEN),
      begin: () => {
        if (decision.kind === "reading")
          return this.#parts.intake.accept({ topic, payload, agent: session.party.agent });
        if (decision.kind === "marker") return undefined;
        const kept = packet.retain && (decision.kind === "gear" || wire[decision.kind].retained);
        if (kept) isKept = this.#fits(session, decision.kind, topic, payload);
        const durable = kept && isKept ? this.#parts.retained.put(topic, payload, session.party.agent) : undefined;
        if (decision.kind !== "gear") return durable;
        // What a vendor's message says counts also where there is no room to keep it.
        isKept = true;
        return both(durable, this.#parts.intake.gear?.({ topic, payload }));
      },
      finish: (error) => {
        // What is stored is handed on even when its sender has gone meanwhile: it will not be sent again.
        if (error === undefined && isKept) router.route({ topic, payload, qos });
        done(error ?? null);
      },
    };
  }

  /** The bound on one agent's retained topics is a refusal like any other; a full store is not, and ends the connection. */
  #fits(session: Session, kind: Kind | "gear", topic: string, payload: Uint8Array): boolean {
    const { agent } = session.party;
    const refusal = this.#parts.retained.refuses(topic, payload, agent);
    if (refusal === undefined) return true;
    if (!refusal.isOwnFault) throw new GreenroomError("STORE_FULL", refusal.why);
    this.#parts.refusals.add({ topic, payload, agent, code: "NOT_ALLOWED", why: `${kind}: ${refusal.why}` });
    return false;
  }
}

const both = (one: Promise<void> | undefined, other: Promise<void> | undefined): Promise<void> | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Promise.all([one, other]).then(() => undefined);
