import type { Message } from "#contract/bus.ts";
import type { Clock } from "#contract/clock.ts";
import { messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import type { Command, CommandResult } from "#contract/messages/edge.ts";
import { millis, type Millis, minutes, parseInstant, rfc3339 } from "#contract/units.ts";
import { parsePayload, parseTopic } from "#contract/wire.ts";
import type { Obeyed, Order } from "../drivers/driver.ts";
import type { Entry, OrderBook } from "./order-book.ts";

/** What does orders for a device. */
export interface Gear {
  obey(order: Order, signal: AbortSignal): Promise<Obeyed>;
}

export interface OrdersOptions {
  clock: Clock;
  log: Log;
  book: OrderBook;
  /** What does orders for a device of this agent. */
  deviceOf: (room: string, device: string) => Gear | undefined;
  /** Puts a result on the wire; resolves once the broker has it. */
  answer: (room: string, device: string, result: CommandResult) => Promise<void>;
}

/** However far away the deadline, nothing is tried for longer. */
const LONGEST: Millis = minutes(10);
/** Orders that undo each other: the one that was given last counts. A preflight leaves the device as it was. */
const FAMILY: Readonly<Record<Command["command"], string | undefined>> = {
  preflight: undefined,
  power_on: "power",
  power_off: "power",
  select_input: "input",
};

/**
 * Takes commands from the wire, has each done once and before its deadline, and answers with what became of it. All of that
 * over restarts: what was being done is done to its end, and what was done is answered.
 */
export class Orders {
  readonly #options: OrdersOptions;
  readonly #running = new Map<Entry, AbortController>();
  #isStopped = false;
  #isResumed = false;

  constructor(options: OrdersOptions) {
    this.#options = options;
  }

  /** A command that the broker had kept is old, whoever kept it there: it is never done. */
  take({ topic, payload, retained }: Message): void {
    const { log, deviceOf, book } = this.#options;
    const address = parseTopic(topic);
    if (retained || this.#isStopped || address?.kind !== "command" || payload.length === 0) return;
    const { room = "", device = "" } = address;
    const gear = deviceOf(room, device);
    if (gear === undefined) return;
    const parsed = parsePayload("command", payload);
    if (!parsed.ok) {
      log.warn({ topic, code: parsed.code, where: parsed.where, why: parsed.why }, "a command cannot be read");
      return;
    }
    const known = book.find(room, device, parsed.value.id);
    if (known === undefined) this.#begin({ room, device, command: parsed.value, isAnswered: false }, gear);
    else if (known.result !== undefined) void this.#answer(known);
    // What a kill had interrupted, and its sender asks for again, may have a later deadline now.
    else if (!this.#running.has(known)) this.#begin(Object.assign(known, { command: parsed.value }), gear);
  }

  /** The link is up and the time is known: ends what the last run of the agent had begun, and says what nobody has heard yet. */
  linkUp(): void {
    const { book, deviceOf } = this.#options;
    for (const entry of book.all) {
      const gear = deviceOf(entry.room, entry.device);
      if (entry.result !== undefined) {
        if (!entry.isAnswered) void this.#answer(entry);
      } else if (!this.#isResumed && gear !== undefined && !this.#running.has(entry)) this.#begin(entry, gear);
    }
    this.#isResumed = true;
  }

  /** What is being done is left as it is: the next start ends it, where its deadline lets it. */
  stop(): void {
    this.#isStopped = true;
    for (const abort of this.#running.values()) abort.abort();
  }

  #begin(entry: Entry, gear: Gear): void {
    const abort = new AbortController();
    this.#running.set(entry, abort);
    void this.#do(entry, { gear, abort });
  }

  async #do(entry: Entry, { gear, abort }: { gear: Gear; abort: AbortController }): Promise<void> {
    const { clock, log, book } = this.#options;
    const { room, device, command } = entry;
    const obeyed = await this.#obeyed(entry, { gear, abort });
    this.#running.delete(entry);
    if (this.#isStopped && !obeyed.ok) return;
    entry.result = { id: command.id, at: rfc3339(clock.now()), ...told(obeyed) };
    log.info({ device: `${room}/${device}`, command: command.command, by: command.by, ...told(obeyed) }, "a command");
    // Noted before it is told: what somebody has heard of is not done again.
    await book.add(entry);
    await this.#answer(entry);
  }

  async #obeyed(entry: Entry, { gear, abort }: { gear: Gear; abort: AbortController }): Promise<Obeyed> {
    const { clock, book } = this.#options;
    const { command, input, deadline } = entry.command;
    const left = (): number => (parseInstant(deadline) ?? 0) - clock.now();
    if (left() <= 0) return { ok: false, code: "TOO_LATE", text: "its deadline has passed" };
    if (this.#isOvertaken(entry))
      return { ok: false, code: "SUPERSEDED", text: "the device was told something else after that" };
    await book.add(entry);
    const cancel = clock.after(millis(Math.min(Math.max(left(), 0), LONGEST)), () => abort.abort());
    try {
      if (this.#isStopped) return { ok: false, code: "TOO_LATE", text: "the agent stops" };
      return await gear.obey({ command, input }, abort.signal);
    } catch (error) {
      return { ok: false, code: "DEVICE_GARBAGE", text: messageOf(error) };
    } finally {
      cancel();
    }
  }

  /** Whether the device was told the opposite by an order that was given later: one that was held up does not undo that. */
  #isOvertaken({ room, device, command }: Entry): boolean {
    const family = FAMILY[command.command];
    const given = parseInstant(command.at) ?? 0;
    return (
      family !== undefined &&
      this.#options.book.all.some(
        (other) =>
          other.room === room &&
          other.device === device &&
          other.command.id !== command.id &&
          FAMILY[other.command.command] === family &&
          (parseInstant(other.command.at) ?? 0) > given,
      )
    );
  }

  /** Whoever misses an answer asks again, under the same id. */
  async #answer(entry: Entry): Promise<void> {
    const { answer, log, book } = this.#options;
    if (entry.result === undefined) return;
    try {
      await answer(entry.room, entry.device, entry.result);
    } catch (error) {
      log.debug({ why: messageOf(error) }, "the answer to a command was not taken");
      return;
    }
    if (entry.isAnswered) return;
    entry.isAnswered = true;
    await book.saved();
  }
}

const told = ({ ok, code, text }: Obeyed): Obeyed => ({
  ok,
  ...(code !== undefined && { code: code.slice(0, 64) }),
  ...(text !== undefined && { text: text.slice(0, 512) }),
});
