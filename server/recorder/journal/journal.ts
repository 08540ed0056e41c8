import type { Clock } from "#contract/clock.ts";
import { GreenroomError, messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import { type Instant, later, seconds } from "#contract/units.ts";
import { Group } from "./group.ts";
import type { JournalDisk, JournalFile } from "./journal-disk.ts";
import { encodeJson, readingBytes, recordType } from "./record.ts";
import type { Checkpoint, Recovered } from "./recover.ts";
import { type Segment, segmentAt } from "./segment.ts";

export interface JournalLimits {
  /** Of everything that history has not taken over yet. */
  maxBytes: number;
  segmentBytes: number;
  /** Left to the databases that drain the journal: a disk that it filled to the brim would stay full. */
  minFreeBytes: number;
  /** Appended and not yet written: beyond it the disk has stalled. */
  maxWaitingBytes: number;
}

export const journalLimits: JournalLimits = {
  maxBytes: 2 * 1024 ** 3,
  segmentBytes: 16 * 1024 ** 2,
  minFreeBytes: 64 * 1024 ** 2,
  maxWaitingBytes: 64 * 1024 ** 2,
};

export interface JournalOptions<Mark> {
  folder: string;
  disk: JournalDisk;
  clock: Clock;
  log: Log;
  limits: JournalLimits;
  recovered: Recovered;
  /** What must be known when all older segments are gone: everything whose mark was handed to `onDurable`. */
  memory: () => unknown;
  /** Called after each commit, before anybody who waits for it goes on. */
  onDurable: (marks: readonly Mark[], end: number) => void;
}

const TRY_AGAIN = seconds(1);

/**
 * The durable intake: an append-only log in segments with group commit. What is appended while one group is on its way
 * to the disk goes with the next, so that one sync serves thousands. Rejects with STORE_FULL (retryable) while the disk or
 * the bound is full, and takes again by itself; what was acknowledged before stays.
 */
export class Journal<Mark> {
  readonly id: string;
  readonly #options: JournalOptions<Mark>;
  readonly #segments: Segment[];
  #file: JournalFile | undefined;
  #end: number;
  #records: number;
  #drainedTo: number;
  #filling = new Group<Mark>();
  #spare = new Group<Mark>();
  #writing: Promise<void> | undefined;
  #mustRotate: boolean;
  /** While the disk does not take anything: why, and when to try again. */
  #refusing: { error: GreenroomError; until: Instant } | undefined;
  /** Something was refused because too much waits for history. */
  #isAtBound = false;
  #spaceCheckedAt: Instant | undefined;
  #closed = false;

  constructor(options: JournalOptions<Mark>) {
    this.#options = options;
    this.id = options.recovered.journal;
    this.#segments = [...options.recovered.segments];
    this.#end = options.recovered.end;
    this.#records = options.recovered.records;
    this.#drainedTo = this.#segments[0]?.base ?? this.#end;
    // Each start begins a segment: what was recovered is sealed by its checkpoint.
    this.#mustRotate = true;
  }

  /** Makes durable what recovery found, so that it may be called committed. On a full disk it opens and refuses, until there is space. */
  async open(): Promise<void> {
    await this.#settleRecovered();
    try {
      await this.#rotate(Buffer.alloc(0));
    } catch (error) {
      this.#refuse(error);
    }
  }

  /** Everything before this offset is durable. */
  get end(): number {
    return this.#end;
  }

  /** Readings that are durable, since the journal began. */
  get records(): number {
    return this.#records;
  }

  get isFull(): boolean {
    return this.#refusing !== undefined || this.#isAtBound;
  }

  /** Bytes on disk. */
  get bytes(): number {
    return this.#end - (this.#segments[0]?.base ?? this.#end);
  }

  get folder(): string {
    return this.#options.folder;
  }

  appendReading(topic: string, payload: Uint8Array, mark: Mark | undefined): Promise<void> {
    const refused = this.#refusal(readingBytes(topic, payload));
    if (refused !== undefined) return Promise.reject(refused);
    this.#filling.addReading(topic, payload);
    return this.#added(mark);
  }

  appendFact(fact: unknown, mark: Mark): Promise<void> {
    const record = encodeJson(recordType.fact, fact);
    const refused = this.#refusal(record.length);
    if (refused !== undefined) return Promise.reject(refused);
    this.#filling.addRecord(record);
    return this.#added(mark);
  }

  /** While nobody sends: finds out by itself whether the disk takes again, so that what is told of it is true. */
  tryAgain(): void {
    if (this.#closed || this.#refusing === undefined || this.#options.clock.now() < this.#refusing.until) return;
    this.#writing ??= this.#probe();
  }

  /** History has everything before that offset: whole segments before it may go. */
  async drainedTo(offset: number): Promise<void> {
    this.#drainedTo = Math.max(this.#drainedTo, offset);
    if (this.#isAtBound && !this.#isBoundReached(0)) {
      this.#isAtBound = false;
      this.#options.log.info({}, "Readings are taken again.");
    }
    // The newest one holds the checkpoint that the next start needs.
    while (this.#segments.length > 1 && (this.#segments[1] as Segment).base <= this.#drainedTo) {
      const { file } = this.#segments.shift() as Segment;
      try {
        await this.#options.disk.remove(file);
      } catch (error) {
        this.#options.log.warn({ file, error: messageOf(error) }, "A drained segment could not be removed.");
      }
    }
  }

  /** Ends intake, writes what waits, closes. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    while (this.#writing !== undefined) await this.#writing;
    await this.#file?.close();
    this.#file = undefined;
  }

  #added(mark: Mark | undefined): Promise<void> {
    if (mark !== undefined) this.#filling.marks.push(mark);
    this.#writing ??= this.#writeAll();
    return this.#filling.done;
  }

  #refusal(bytes: number): GreenroomError | undefined {
    if (this.#closed) return new GreenroomError("STORE_DOWN", "the recorder has stopped");
    if (this.#refusing !== undefined) {
      if (this.#options.clock.now() < this.#refusing.until) return this.#refusing.error;
      // One reading after another finds out whether there is room again.
      this.#refusing.until = later(this.#options.clock.now(), TRY_AGAIN);
    }
    if (this.#isBoundReached(bytes)) {
      const text = `${this.#options.limits.maxBytes} bytes wait for the history store`;
      if (!this.#isAtBound) this.#options.log.error({ code: "STORE_FULL" }, `${text}; senders keep their readings.`);
      this.#isAtBound = true;
      return new GreenroomError("STORE_FULL", text);
    }
    if (this.#filling.length + bytes > this.#options.limits.maxWaitingBytes)
      return new GreenroomError("STORE_FULL", "the disk does not keep up");
    return undefined;
  }

  #isBoundReached(more: number): boolean {
    return this.#end - this.#drainedTo + this.#filling.length + more > this.#options.limits.maxBytes;
  }

  async #writeAll(): Promise<void> {
    // Everything that arrives in this turn of the event loop goes with the first group.
    await new Promise((resolve) => setImmediate(resolve));
    while (!this.#filling.isEmpty) {
      const group = this.#filling;
      this.#filling = this.#spare;
      await this.#write(group);
      group.renew();
      this.#spare = group;
    }
    this.#writing = undefined;
  }

  /** Begins an empty segment; what is appended meanwhile goes after it. */
  async #probe(): Promise<void> {
    try {
      await this.#checkSpace();
      await this.#rotate(Buffer.alloc(0));
      this.#takesAgain();
    } catch (error) {
      this.#refuse(error);
    }
    await this.#writeAll();
  }

  #takesAgain(): void {
    if (this.#refusing !== undefined) this.#options.log.info({}, "Readings are taken again.");
    this.#refusing = undefined;
  }

  async #write(group: Group<Mark>): Promise<void> {
    try {
      await this.#checkSpace();
      const newest = this.#segments.at(-1);
      const isDue =
        newest === undefined || this.#mustRotate || this.#end - newest.base >= this.#options.limits.segmentBytes;
      if (isDue) await this.#rotate(group.bytes);
      else await this.#append(newest, group.bytes);
      this.#records += group.readings;
      this.#options.onDurable(group.marks, this.#end);
      this.#takesAgain();
      group.resolve();
    } catch (error) {
      const refused = this.#refuse(error);
      group.reject(refused);
    }
  }

  #refuse(error: unknown): GreenroomError {
    const { clock, log } = this.#options;
    const refused = asRefusal(error);
    if (this.#refusing === undefined)
      log.error({ code: refused.code, error: refused.message }, "Readings cannot be stored; senders keep them.");
    this.#refusing = { error: refused, until: later(clock.now(), TRY_AGAIN) };
    return refused;
  }

  async #append(segment: Segment, bytes: Buffer): Promise<void> {
    const file = this.#file as JournalFile;
    const start = this.#end - segment.base;
    try {
      await file.write(bytes, start);
      await file.sync();
    } catch (error) {
      // After a failed sync nothing is known about the pages; go on in a fresh file behind what is known to be safe.
      this.#mustRotate = true;
      await file.truncate(start).catch(() => {});
      throw error;
    }
    this.#end += bytes.length;
  }

  /** Begins a segment: a checkpoint, then the group, in one write. */
  async #rotate(bytes: Buffer): Promise<void> {
    const { folder, disk, memory } = this.#options;
    const checkpoint: Checkpoint = { journal: this.id, records: this.#records, memory: memory() };
    const first = Buffer.concat([encodeJson(recordType.checkpoint, checkpoint), bytes]);
    const last = this.#segments.at(-1);
    // An empty or failed segment has the name already: it is written anew.
    const segment = segmentAt(folder, this.#end);
    const file = await disk.open(segment.file);
    try {
      await file.truncate(0);
      await file.write(first, 0);
      await file.sync();
      await disk.syncFolder(folder);
    } catch (error) {
      await file.close().catch(() => {});
      if (last?.base !== segment.base) await disk.remove(segment.file).catch(() => {});
      throw error;
    }
    await this.#file?.close().catch(() => {});
    this.#file = file;
    this.#mustRotate = false;
    if (last?.base !== segment.base) this.#segments.push(segment);
    this.#end += first.length;
  }

  async #settleRecovered(): Promise<void> {
    const newest = this.#segments.at(-1);
    if (newest === undefined) return;
    const file = await this.#options.disk.open(newest.file);
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    await this.#options.disk.syncFolder(this.#options.folder);
  }

  async #checkSpace(): Promise<void> {
    const { clock, disk, folder, limits } = this.#options;
    const now = clock.now();
    const isFresh =
      this.#spaceCheckedAt !== undefined && now >= this.#spaceCheckedAt && now < later(this.#spaceCheckedAt, TRY_AGAIN);
    if (isFresh && this.#refusing === undefined) return;
    const free = await disk.freeBytes(folder);
    if (free < limits.minFreeBytes)
      throw new GreenroomError("STORE_FULL", `only ${free} bytes are free on the disk of ${folder}`);
    this.#spaceCheckedAt = now;
  }
}

const NO_SPACE = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

function asRefusal(error: unknown): GreenroomError {
  if (error instanceof GreenroomError) return error;
  const code = NO_SPACE.has((error as NodeJS.ErrnoException).code ?? "") ? "STORE_FULL" : "STORE_DOWN";
  return new GreenroomError(code, `the journal cannot be written: ${messageOf(error)}`, error);
}
