import type { Bus, Message } from "#contract/bus.ts";
import type { RoomReadiness } from "#contract/messages/readiness.ts";
import { filterOf, isRemoval, parseTopic } from "#contract/wire.ts";
import { FindingList, type ReplayFinding } from "./replay-finding.ts";

const utf8 = new TextDecoder();

/** Listens to what the gateway says of a site and remembers it. */
export class Witness {
  verdictChanges = 0;
  readonly #list = new FindingList();
  readonly #alerts = new Set<string>();
  readonly #verdicts = new Map<string, string>();
  stop: () => Promise<void> = () => Promise.resolve();

  get alerts(): number {
    return this.#alerts.size;
  }
  /** Rooms of which an alert was raised. */
  get alertedRooms(): string[] {
    return [...new Set([...this.#alerts].map((topic) => parseTopic(topic)?.room ?? ""))].toSorted();
  }
  get count(): number {
    return this.#list.size;
  }
  findings(end: string, nameFields: boolean): ReplayFinding[] {
    return this.#list.list(end, nameFields);
  }

  takeReadiness(message: Message): void {
    const room = parseTopic(message.topic)?.room;
    // What was kept from before is not of this replay.
    if (room === undefined || message.retained || isRemoval(message)) return;
    // Our own gateway has spoken: its shape needs no second look.
    const readiness = JSON.parse(utf8.decode(message.payload)) as RoomReadiness;
    this.#list.take(room, readiness.findings);
    const before = this.#verdicts.get(room);
    if (before !== undefined && before !== readiness.now.outcome) this.verdictChanges += 1;
    this.#verdicts.set(room, readiness.now.outcome);
  }

  takeAlert(message: Message): void {
    if (!message.retained && !isRemoval(message)) this.#alerts.add(message.topic);
  }
}

export async function startWitness(bus: Bus, site: string): Promise<Witness> {
  const witness = new Witness();
  const ends = [
    await bus.subscribe(filterOf("readiness", site), (message) => witness.takeReadiness(message)),
    await bus.subscribe(filterOf("alert", site), (message) => witness.takeAlert(message)),
  ];
  witness.stop = async () => {
    for (const end of ends) await end();
  };
  return witness;
}
