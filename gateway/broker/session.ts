import type { Client } from "aedes";
import type { Cancel, Clock } from "#contract/clock.ts";
import type { Access, Party, PublishDecision } from "./access.ts";
import { Lane } from "./lane.ts";
import type { BrokerLimits } from "./limits.ts";
import { TokenBucket } from "./token-bucket.ts";

/** A device has a handful of topics; a client that makes up new ones is decided about each time. */
const MOST_DECISIONS = 2_000;
const MOST_SUBSCRIPTIONS = 1_000;

/** One client that is signed in: who it is, its lane of messages, and what was decided about its topics. */
export class Session {
  readonly client: Client;
  readonly party: Party;
  readonly address: string;
  readonly lane: Lane;
  /** How many keys had been ended when its sign-in began. */
  readonly signedInAfter: number;
  /** Takes back the end of a session whose certificate ends. */
  cancelEnd: Cancel = () => {};
  readonly #access: Access;
  readonly #decisions = new Map<string, PublishDecision>();
  #subscriptions = 0;

  constructor(parts: {
    client: Client;
    party: Party;
    access: Access;
    address: string;
    clock: Clock;
    limits: BrokerLimits;
    signedInAfter: number;
    onSlowed: () => void;
  }) {
    const { clock, limits } = parts;
    this.client = parts.client;
    this.party = parts.party;
    this.address = parts.address;
    this.signedInAfter = parts.signedInAfter;
    this.#access = parts.access;
    const bucket = new TokenBucket(limits.messagesPerSecond, limits.messageBurst, clock.now());
    this.lane = new Lane(bucket, clock, parts.onSlowed);
  }

  decide(topic: string): PublishDecision {
    const known = this.#decisions.get(topic);
    if (known !== undefined) return known;
    const decision = this.#access.decidePublish(topic, this.party);
    if (this.#decisions.size < MOST_DECISIONS) this.#decisions.set(topic, decision);
    return decision;
  }

  /** Whether it may have one more subscription. */
  countSubscription(): boolean {
    this.#subscriptions += 1;
    return this.#subscriptions <= MOST_SUBSCRIPTIONS;
  }
}
