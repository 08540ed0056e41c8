import type { Clock } from "#contract/clock.ts";
import { rfc3339, seconds } from "#contract/units.ts";
import { encode, filterOf, parsePayload, type Payload, topicOf } from "#contract/wire.ts";
import type { FlakyBroker } from "./broker.ts";

type Reading = Payload<"reading">;

/** What stores readings on the other side: each once, and confirms what it has without holes. */
export class TestRecorder {
  readonly stored = new Map<string, Reading>();
  readonly arrivals: Reading[] = [];
  duplicates = 0;
  isAway = false;
  readonly #site: string;
  readonly #agent: string;
  readonly #broker: FlakyBroker;
  readonly #clock: Clock;
  readonly #marks = new Map<string, number>();
  /** Numbers that will never come. */
  readonly #gone = new Set<string>();

  constructor(broker: FlakyBroker, clock: Clock, who: { site: string; agent: string }) {
    this.#broker = broker;
    this.#clock = clock;
    this.#site = who.site;
    this.#agent = who.agent;
    broker.listen(filterOf("reading"), ({ payload }) => this.#take(payload));
    broker.listen(filterOf("agentState"), ({ payload }) => this.#skip(payload));
    clock.every(seconds(1), () => this.#confirm());
  }

  #take(payload: Uint8Array): void {
    if (this.isAway) return;
    const parsed = parsePayload("reading", payload);
    if (!parsed.ok) throw new Error(`${parsed.where}: ${parsed.why}`);
    const { boot = "", seq = 0 } = parsed.value;
    if (this.stored.has(`${boot} ${seq}`)) this.duplicates += 1;
    else this.arrivals.push(parsed.value);
    this.stored.set(`${boot} ${seq}`, parsed.value);
    if (!this.#marks.has(boot)) this.#marks.set(boot, 0);
    for (let gone = 1; gone <= (parsed.value.skipped ?? 0); gone++) this.#gone.add(`${boot} ${seq - gone}`);
  }

  /** What an agent can no longer send is not waited for. */
  #skip(payload: Uint8Array): void {
    const parsed = parsePayload("agentState", payload);
    const oldest = parsed.ok ? parsed.value.outbox?.oldest : undefined;
    if (oldest !== undefined) this.#marks.set(oldest.boot, Math.max(this.#marks.get(oldest.boot) ?? 0, oldest.seq - 1));
  }

  #confirm(): void {
    if (this.isAway || !this.#broker.isUp) return;
    for (const [boot, mark] of this.#marks) {
      let seq = mark;
      while (this.stored.has(`${boot} ${seq + 1}`) || this.#gone.has(`${boot} ${seq + 1}`)) seq += 1;
      this.#marks.set(boot, seq);
    }
    const boots = [...this.#marks].slice(-64).map(([boot, seq]) => ({ boot, seq }));
    const message = encode("committed", { at: rfc3339(this.#clock.now()), boots });
    this.#broker.take(topicOf("committed", { site: this.#site, agent: this.#agent }), Buffer.from(message), true);
  }
}
