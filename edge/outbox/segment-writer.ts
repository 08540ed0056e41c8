import type { Disk, DiskFile } from "./disk.ts";
import { encodeHeader, encodeReading, type StoredReading } from "./record.ts";
import { type Boot, nameOf, type Shelf } from "./shelf.ts";

/** Writes the segments of one boot, and removes segments; both in turn, as a new file may have the name of an old one. */
export class SegmentWriter {
  readonly #disk: Disk;
  readonly #boot: Boot;
  #open: { shelf: Shelf; file: DiskFile } | undefined;
  #removals: Promise<void> = Promise.resolve();

  constructor(disk: Disk, boot: Boot) {
    this.#disk = disk;
    this.#boot = boot;
  }

  /** The segment that may still grow. */
  get open(): Shelf | undefined {
    return this.#open?.shelf;
  }

  /** Resolves once the readings survive a power cut; the caller then adds `bytes` and the numbers to the shelf's figures. */
  async write(
    batch: readonly { reading: StoredReading; bytes: Buffer }[],
    first: StoredReading,
  ): Promise<{ shelf: Shelf; bytes: number }> {
    const { shelf, file } = this.#open ?? (await this.#create(first));
    const header = shelf.bytes === 0 ? [encodeHeader(headerOf(this.#boot))] : [];
    const bytes = Buffer.concat([...header, ...batch.map((item) => item.bytes)]);
    await file.write(bytes, shelf.bytes);
    await file.sync();
    return { shelf, bytes: bytes.length };
  }

  /** No more is written to the open segment. One that never took a reading is removed. */
  async seal(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.file.close().catch(() => {});
    if (open !== undefined && open.shelf.bytes === 0) this.remove(open.shelf.name);
  }

  /** A sealed segment with fewer readings, in its own place. Resolves with its bytes. */
  async rewrite({ name, boot }: Shelf, readings: readonly StoredReading[]): Promise<number> {
    await this.#removals;
    const frames = readings.flatMap((reading) => encodeReading(reading) ?? []);
    const bytes = Buffer.concat([encodeHeader(headerOf(boot)), ...frames]);
    await this.#disk.replace(name, bytes);
    return bytes.length;
  }

  /** A file that cannot be removed is found again at the next start. */
  remove(name: string): void {
    const before = this.#removals;
    this.#removals = (async () => {
      await before;
      await this.#disk.remove(name).catch(() => {});
    })();
  }

  /** Resolves once everything to be removed is gone. */
  removed(): Promise<void> {
    return this.#removals;
  }

  async #create({ seq, at }: StoredReading): Promise<{ shelf: Shelf; file: DiskFile }> {
    await this.#removals;
    const name = nameOf(this.#boot.ordinal, seq);
    const file = await this.#disk.create(name);
    const shelf: Shelf = { name, boot: this.#boot, first: seq, last: seq - 1, missing: [], bytes: 0, newest: at };
    this.#open = { shelf, file };
    return this.#open;
  }
}

const headerOf = ({ id, machine }: Boot) => ({ boot: id, ...(machine === undefined ? {} : { machine }) });
