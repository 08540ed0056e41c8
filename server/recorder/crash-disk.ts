import { readdirSync, rmSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { type JournalDisk, type JournalFile, systemDisk } from "./journal/journal-disk.ts";

/**
 * For tests: the real disk, of which a crash leaves what was synced and as much of the rest as it likes. A file whose
 * folder was not synced may be gone altogether.
 */
export class CrashDisk implements JournalDisk {
  readonly #durable: Map<string, number>;
  readonly #unlisted: Set<string>;
  #isDown = false;
  #held = Promise.withResolvers<void>();

  /** After a process was killed, the next one finds what it wrote, still no safer than before. */
  constructor(before?: CrashDisk) {
    this.#durable = new Map(before === undefined ? [] : before.#durable);
    this.#unlisted = new Set(before === undefined ? [] : before.#unlisted);
    this.#held.resolve();
  }

  /** From now on no sync comes to its end. */
  holdSyncs(): void {
    this.#held = Promise.withResolvers();
  }

  async open(name: string): Promise<JournalFile> {
    this.#check();
    const before = this.#durable.get(name);
    const file = await systemDisk.open(name);
    if (before === undefined) {
      this.#durable.set(name, statSync(name).size);
      this.#unlisted.add(name);
    }
    return {
      write: async (bytes, position) => {
        this.#check();
        await file.write(bytes, position);
      },
      sync: async () => {
        this.#check();
        await this.#held.promise;
        this.#check();
        const { size } = statSync(name);
        await file.sync();
        this.#check();
        this.#durable.set(name, size);
      },
      truncate: async (length) => {
        this.#check();
        await file.truncate(length);
        this.#durable.set(name, Math.min(length, this.#durable.get(name) ?? 0));
      },
      close: () => file.close(),
    };
  }

  async remove(name: string): Promise<void> {
    this.#check();
    await systemDisk.remove(name);
  }

  async syncFolder(folder: string): Promise<void> {
    this.#check();
    await systemDisk.syncFolder(folder);
    for (const name of this.#unlisted) if (name.startsWith(folder)) this.#unlisted.delete(name);
  }

  freeBytes(): Promise<number> {
    return Promise.resolve(Number.MAX_SAFE_INTEGER);
  }

  /** The process is killed; the machine goes on. */
  kill(): void {
    this.#isDown = true;
    this.#held.resolve();
  }

  /** The machine loses its power: from now on nothing reaches the disk; `survives` says how much of what was not synced does (0 to 1). */
  crash(folder: string, survives: number): void {
    this.kill();
    for (const entry of readdirSync(folder)) {
      const name = join(folder, entry);
      if (this.#unlisted.has(name) && survives < 0.5) {
        rmSync(name);
        continue;
      }
      const { size } = statSync(name);
      const durable = this.#durable.get(name) ?? size;
      truncateSync(name, Math.round(durable + (size - durable) * survives));
    }
  }

  #check(): void {
    if (this.#isDown) throw Object.assign(new Error("the machine is off"), { code: "EIO" });
  }
}
