import { z } from "zod";
import { messageOf } from "#contract/errors.ts";
import { isId } from "#contract/ids.ts";
import type { Log } from "#contract/log.ts";
import { Command, CommandResult } from "#contract/messages/edge.ts";
import type { Disk } from "../outbox/disk.ts";

/** One order for one device, and what became of it as far as it is known. */
export interface Entry {
  room: string;
  device: string;
  command: Command;
  /** Absent while it is being done. */
  result?: CommandResult | undefined;
  /** The broker has taken the answer. */
  isAnswered: boolean;
}

const Id = z.string().refine(isId);
const File = z.object({
  version: z.literal(1),
  orders: z.array(
    z.object({
      room: Id,
      device: Id,
      command: Command,
      result: CommandResult.optional(),
      isAnswered: z.boolean(),
    }),
  ),
});

/** So many are remembered, so that one that comes again is answered and not done again. */
const MOST_REMEMBERED = 500;

const keyOf = (room: string, device: string, id: string): string => `${room}/${device}/${id}`;

/**
 * The orders of this agent on disk: noted before they are done and again when they are, so that one that comes again after a
 * kill is answered where it was done, and ended where it was not. A disk that takes nothing costs only that.
 */
export class OrderBook {
  readonly #disk: Disk;
  readonly #name: string;
  readonly #log: Log;
  readonly #entries: Map<string, Entry>;
  #writing: Promise<void> | undefined;
  #isChanged = false;
  #isTroubled = false;

  private constructor({ disk, name, log }: { disk: Disk; name: string; log: Log }, entries: readonly Entry[]) {
    this.#disk = disk;
    this.#name = name;
    this.#log = log;
    this.#entries = new Map(entries.map((entry) => [keyOf(entry.room, entry.device, entry.command.id), entry]));
  }

  static async open(options: { disk: Disk; name: string; log: Log }): Promise<OrderBook> {
    const { disk, name, log } = options;
    const names = await disk.list();
    if (!names.includes(name)) return new OrderBook(options, []);
    try {
      const bytes = await disk.read(name);
      return new OrderBook(options, File.parse(JSON.parse(bytes.toString())).orders);
    } catch (error) {
      log.warn({ file: name, why: messageOf(error) }, "the list of orders cannot be read; it is begun anew");
      return new OrderBook(options, []);
    }
  }

  find(room: string, device: string, id: string): Entry | undefined {
    return this.#entries.get(keyOf(room, device, id));
  }

  /** Oldest first. */
  get all(): readonly Entry[] {
    return [...this.#entries.values()];
  }

  /** Resolves once it is on disk, or cannot be. */
  async add(entry: Entry): Promise<void> {
    this.#entries.set(keyOf(entry.room, entry.device, entry.command.id), entry);
    this.#keepBound();
    await this.saved();
  }

  /** Something about an entry has changed: resolves once that is on disk, or cannot be. */
  async saved(): Promise<void> {
    this.#isChanged = true;
    this.#writing ??= this.#write();
    await this.#writing;
  }

  async #write(): Promise<void> {
    await Promise.resolve(); // So that it never ends before its promise is known.
    while (this.#isChanged) {
      this.#isChanged = false;
      const text = JSON.stringify({ version: 1, orders: this.all });
      try {
        await this.#disk.replace(this.#name, Buffer.from(text));
        this.#isTroubled = false;
      } catch (error) {
        if (!this.#isTroubled)
          this.#log.warn({ why: messageOf(error) }, "orders cannot be noted: after a restart one may be done again");
        this.#isTroubled = true;
      }
    }
    this.#writing = undefined;
  }

  #keepBound(): void {
    if (this.#entries.size <= MOST_REMEMBERED) return;
    for (const [oldest, { result }] of this.#entries) {
      if (result === undefined) continue;
      this.#entries.delete(oldest);
      return;
    }
  }
}
