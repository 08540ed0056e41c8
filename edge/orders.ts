import type { Message } from "#contract/bus.ts";
import type { Clock } from "#contract/clock.ts";
import { messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import { millis, type Millis, minutes, parseInstant, rfc3339 } from "#contract/units.ts";
import { parsePayload, parseTopic, type Payload } from "#contract/wire.ts";
import type { Obeyed, Order } from "./drivers/driver.ts";

export interface OrdersOptions {
  clock: Clock;
  log: Log;
  /** What does orders for a device of this agent. */
  deviceOf: (room: string, device: string) => { obey(order: Order, signal: AbortSignal): Promise<Obeyed> } | undefined;
  /** Puts a result on the wire. */
  answer: (room: string, device: string, result: Payload<"result">) => Promise<void>;
}

/** So many orders are remembered, so that one that comes again is answered and not done again. */
const MOST_REMEMBERED = 500;
/** However far away the deadline, nothing is tried for longer. */
const LONGEST: Millis = minutes(10);

/** Takes commands from the wire, has each done once and before its deadline, and answers with what became of it. */
export class Orders {
  readonly #options: OrdersOptions;
  /** By room, device and id; `undefined` while it is being done. */
  readonly #results = new Map<string, Payload<"result"> | undefined>();
  readonly #running = new Set<AbortController>();
  #isStopped = false;

  constructor(options: OrdersOptions) {
    this.#options = options;
  }

  /** A command that the broker had kept is old, whoever kept it there: it is never done. */
  take({ topic, payload, retained }: Message): void {
    const { log, deviceOf } = this.#options;
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
    const command = parsed.value;
    const key = `${room}/${device}/${command.id}`;
    if (this.#results.has(key)) {
      const known = this.#results.get(key);
      if (known !== undefined) this.#answer(room, device, known);
      return;
    }
    this.#remember(key, undefined);
    void this.#do(command, gear).then((obeyed) => {
      const result = { id: command.id, at: rfc3339(this.#options.clock.now()), ...told(obeyed) };
      this.#remember(key, result);
      log.info({ device: `${room}/${device}`, command: command.command, by: command.by, ...told(obeyed) }, "a command");
      return this.#answer(room, device, result);
    });
  }

  stop(): void {
    this.#isStopped = true;
    for (const abort of this.#running) abort.abort();
  }

  async #do(
    { command, input, deadline }: Payload<"command">,
    gear: NonNullable<ReturnType<OrdersOptions["deviceOf"]>>,
  ): Promise<Obeyed> {
    const { clock } = this.#options;
    const left = (parseInstant(deadline) ?? 0) - clock.now();
    if (left <= 0) return { ok: false, code: "TOO_LATE", text: "its deadline has passed" };
    const abort = new AbortController();
    this.#running.add(abort);
    const cancel = clock.after(millis(Math.min(left, LONGEST)), () => abort.abort());
    try {
      return await gear.obey({ command, input }, abort.signal);
    } catch (error) {
      return { ok: false, code: "DEVICE_GARBAGE", text: messageOf(error) };
    } finally {
      cancel();
      this.#running.delete(abort);
    }
  }

  /** Whoever misses an answer asks again, under the same id. */
  #answer(room: string, device: string, result: Payload<"result">): void {
    this.#options.answer(room, device, result).catch((error: unknown) => {
      this.#options.log.debug({ why: messageOf(error) }, "the answer to a command was not taken");
    });
  }

  #remember(key: string, result: Payload<"result"> | undefined): void {
    this.#results.set(key, result);
    if (this.#results.size <= MOST_REMEMBERED) return;
    for (const [oldest, known] of this.#results) {
      if (known === undefined) continue;
      this.#results.delete(oldest);
      return;
    }
  }
}

const told = ({ ok, code, text }: Obeyed): Obeyed => ({
  ok,
  ...(code !== undefined && { code: code.slice(0, 64) }),
  ...(text !== undefined && { text: text.slice(0, 512) }),
});
