import type { Cancel, Clock } from "#contract/clock.ts";
import { GreenroomError, messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import type { MetricValue } from "#contract/metrics.ts";
import { earlier, instant, type Instant, type Millis, minutes, rfc3339, seconds } from "#contract/units.ts";
import { newBootId } from "./boot-id.ts";
import type { Disk } from "./disk.ts";
import { findSegments, type FoundSegments } from "./find-segments.ts";
import { Pending } from "./pending.ts";
import { encodeReading, parseSegment, type StoredReading } from "./record.ts";
import { SegmentWriter } from "./segment-writer.ts";
import { type Thinnable, thinOut } from "./thin-out.ts";
import { type Boot, countAbove, nextIn, type Position, type Shelf, shelfOf } from "./shelf.ts";

export interface OutboxLimits {
  /** On disk; above it readings are given up. */
  maxBytes: number;
  /** Which go first; the oldest where absent. */
  giveUp?: GiveUp;
  /** Readings older than this are given up. */
  maxAge: Millis;
  /** What is held in memory while the disk takes nothing. */
  maxMemoryBytes: number;
}

/** `lowest-value`: what repeats, then what was of the moment, then the air; what tells whether gear works last (`worth.ts`). */
export type GiveUp = "oldest" | "lowest-value";

export interface OutboxOptions {
  disk: Disk;
  agent: string;
  clock: Clock;
  log: Log;
  limits: OutboxLimits;
  /** What tells this start of the machine from others, where it is known. */
  machine?: string | undefined;
}

export interface NewReading {
  room: string;
  device: string;
  at: Instant;
  /** When, by the machine's uptime. */
  up?: Millis;
  metrics: Record<string, MetricValue>;
}

export interface OutboxStats {
  /** Readings that nobody has confirmed yet. */
  waiting: number;
  /** The oldest that can still be sent; the next one to come when nothing waits. */
  oldest: { boot: string; seq: number };
  /** Given up since the start, for age or want of room. */
  dropped: number;
  bytesOnDisk: number;
  /** Why the disk takes nothing, while it does not. */
  diskTrouble: string | undefined;
}

export interface Batch {
  boot: Boot;
  readings: readonly StoredReading[];
}

const SEGMENT_BYTES = 256 * 1024;
const WRITE_BYTES = 128 * 1024;
const RETRY: Millis = seconds(5);
const AGE_CHECK: Millis = minutes(1);
/** When readings of little value are taken out, so many that it need not be done for every one that comes. */
const ROOM_AFTER = 0.9;
/** Above this, of the bound, the oldest go whatever they are worth: taking others out takes a moment. */
const MOST_OVER = 1.1;

/**
 * Unsent readings on disk, in segments with length and checksum per reading, written in groups with one fsync each.
 * Forgets only what is confirmed; bounded by bytes and age, oldest first out, and every loss is counted. Each start is a
 * new boot; readings of earlier boots keep theirs.
 */
export class Outbox {
  readonly #disk: Disk;
  readonly #agent: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #limits: OutboxLimits;
  /** By ordinal. */
  readonly #boots: Map<number, Boot>;
  readonly #boot: Boot;
  /** In the order of sending; the last may still grow. */
  #shelves: Shelf[];
  readonly #writer: SegmentWriter;
  readonly #pending = new Pending();
  #writing: Promise<void> | undefined;
  #thinning: Promise<void> | undefined;
  #dropped = 0;
  #trouble: string | undefined;
  #wakeRetry: (() => void) | undefined;
  /** Those who wait for the end of the write that runs. */
  readonly #onTurn: (() => void)[] = [];
  #isClosed = false;
  #ageNow: Instant;
  readonly #cancelAgeCheck: Cancel;
  /** Told when readings were given up. */
  onDropped: () => void = () => {};

  private constructor({ disk, agent, clock, log, limits, machine }: OutboxOptions, found: FoundSegments) {
    this.#disk = disk;
    this.#agent = agent;
    this.#clock = clock;
    this.#log = log;
    this.#limits = limits;
    this.#shelves = found.shelves;
    this.#boots = new Map(found.shelves.map(({ boot }) => [boot.ordinal, boot]));
    const ordinal = found.lastOrdinal + 1;
    this.#boot = { id: newBootId(ordinal), ordinal, machine, confirmed: 0, last: 0 };
    this.#boots.set(ordinal, this.#boot);
    this.#writer = new SegmentWriter(disk, this.#boot);
    this.#ageNow = clock.now();
    this.#cancelAgeCheck = clock.every(AGE_CHECK, () => this.#growOld());
  }

  static async open(options: OutboxOptions): Promise<Outbox> {
    const found = await findSegments(options.disk, options.log);
    const outbox = new Outbox(options, found);
    outbox.#keepBounds();
    return outbox;
  }

  get boot(): string {
    return this.#boot.id;
  }

  /** Where the readings taken so far end. */
  get end(): Position {
    return { ordinal: this.#boot.ordinal, seq: this.#boot.last };
  }

  /** Numbers a reading and keeps it. `kept` resolves once it is on disk, or confirmed before that. */
  put({ room, device, at, up, metrics }: NewReading): { reading: StoredReading; kept: Promise<void> } {
    if (this.#isClosed) throw new GreenroomError("STORE_FULL", "the outbox is closed");
    const seq = this.#boot.last + 1;
    const body = JSON.stringify({ at: rfc3339(at), agent: this.#agent, boot: this.#boot.id, seq, metrics });
    const reading: StoredReading = { seq, at, ...(up === undefined ? {} : { up }), room, device, body };
    const bytes = encodeReading(reading);
    if (bytes === undefined) throw new GreenroomError("TOO_LARGE", `a reading of ${room}/${device} is too long`);
    this.#boot.last = seq;
    const kept = this.#pending.add(reading, bytes);
    this.#keepMemoryBound();
    this.#writing ??= this.#write();
    return { reading, kept };
  }

  /** Forgets what is durably stored elsewhere; says whether that was news. */
  confirm(boots: readonly { boot: string; seq: number }[]): boolean {
    let isNews = false;
    for (const { boot: id, seq } of boots) {
      const boot = this.#bootOf(id);
      if (boot === undefined) continue;
      const upTo = boot === this.#boot ? Math.min(seq, boot.last) : seq;
      if (upTo <= boot.confirmed) continue;
      boot.confirmed = upTo;
      isNews = true;
    }
    if (isNews) this.#forget();
    return isNews;
  }

  isConfirmed({ ordinal, seq }: Position): boolean {
    const boot = this.#boots.get(ordinal);
    return boot === undefined || boot.confirmed >= seq;
  }

  /** Whether nothing waits for a confirmation. */
  get isEmpty(): boolean {
    const { boot, seq } = this.#oldest();
    return boot === this.#boot.id && seq > this.#boot.last;
  }

  /** The next readings in the order of sending, beyond `after`; `undefined` at the end. Those confirmed are left out. */
  async read(after: Position): Promise<Batch | undefined> {
    const shelves = this.#shelves;
    for (const shelf of shelves) {
      const { boot } = shelf;
      const from = boot.ordinal === after.ordinal ? after.seq : 0;
      if (boot.ordinal < after.ordinal || nextIn(shelf, Math.max(from, boot.confirmed)) === undefined) continue;
      const all = await this.#readShelf(shelf);
      const readings = all.filter(({ seq }) => seq > Math.max(from, boot.confirmed) && seq <= shelf.last);
      if (readings.length > 0) return { boot, readings: this.#told(boot, readings, after) };
    }
    if (after.ordinal > this.#boot.ordinal) return undefined;
    const from = Math.max(this.#boot.confirmed, after.ordinal === this.#boot.ordinal ? after.seq : 0);
    const readings = this.#pending.readingsAbove(from);
    return readings.length === 0 ? undefined : { boot: this.#boot, readings: this.#told(this.#boot, readings, after) };
  }

  /** With what is missing before each, so that nobody waits for it; uptimes of another start of the machine say nothing about now. */
  #told(boot: Boot, readings: readonly StoredReading[], after: Position): StoredReading[] {
    const isOfNow = boot === this.#boot || (boot.machine !== undefined && boot.machine === this.#boot.machine);
    const first = readings[0]?.seq ?? 0;
    const shelved = this.#shelves.flatMap((shelf) => (shelf.boot === boot && shelf.last < first ? shelf.last : []));
    let before = Math.max(boot.confirmed, after.ordinal === boot.ordinal ? after.seq : 0, ...shelved);
    return readings.map((reading) => {
      const skipped = reading.seq - before - 1;
      before = reading.seq;
      const { up, ...rest } = reading;
      return { ...rest, ...(isOfNow && up !== undefined ? { up } : {}), ...(skipped > 0 ? { skipped } : {}) };
    });
  }

  stats(): OutboxStats {
    const onDisk = this.#shelves.reduce((sum, shelf) => sum + countAbove(shelf, shelf.boot.confirmed), 0);
    const inMemory = this.#pending.readingsAbove(this.#boot.confirmed).length;
    return {
      waiting: onDisk + inMemory,
      oldest: this.#oldest(),
      dropped: this.#dropped,
      bytesOnDisk: this.#bytesOnDisk(),
      diskTrouble: this.#trouble,
    };
  }

  /** Whether numbers before the oldest waiting reading of its boot are neither confirmed nor there any more. */
  get hasHole(): boolean {
    const { boot, seq } = this.#oldest();
    return seq > (this.#bootOf(boot)?.confirmed ?? 0) + 1;
  }

  /** Resolves once everything put so far is on disk, or cannot be. */
  async flush(): Promise<void> {
    while (!this.#pending.isEmpty && this.#trouble === undefined) {
      this.#writing ??= this.#write();
      await new Promise<void>((resolve) => this.#onTurn.push(resolve));
    }
  }

  /** Writes what is left and lets go of the files. Safe to call twice. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#cancelAgeCheck();
    await this.flush();
    this.#isClosed = true;
    this.#wakeRetry?.();
    await this.#writing;
    await this.#thinning;
    await this.#writer.seal();
    this.#forget();
    await this.#writer.removed();
    while (this.#pending.giveUpOldest("the outbox was closed")) continue;
  }

  // --- writing

  /** One write and one fsync for everything that waits; then again for what came meanwhile. */
  async #write(): Promise<void> {
    await Promise.resolve(); // So that it never ends before its promise is known.
    while (!this.#pending.isEmpty && !this.#isClosed) {
      try {
        await this.#append();
      } catch (error) {
        const isOver = this.#failed(error);
        this.#tellTurn();
        await isOver;
        continue;
      }
      this.#tellTurn();
    }
    this.#tellTurn();
    this.#writing = undefined;
  }

  #tellTurn(): void {
    for (const tell of this.#onTurn.splice(0)) tell();
  }

  async #append(): Promise<void> {
    const batch = this.#pending.batch(WRITE_BYTES);
    const first = batch[0]?.reading;
    const last = batch.at(-1)?.reading;
    if (first === undefined || last === undefined) return;
    const { shelf, bytes } = await this.#writer.write(batch, first);
    if (shelf.bytes === 0) this.#shelves = [...this.#shelves, shelf];
    else if (first.seq > shelf.last + 1)
      shelf.missing = [...shelf.missing, { from: shelf.last + 1, to: first.seq - 1 }];
    shelf.bytes += bytes;
    shelf.last = last.seq;
    shelf.newest = last.at;
    this.#recovered();
    this.#keepBounds();
    this.#pending.safe(last.seq);
    if (shelf.bytes >= Math.min(SEGMENT_BYTES, this.#limits.maxBytes / 8)) await this.#writer.seal();
  }

  /** After a failed write or fsync nobody knows what the file holds beyond its good end: it is left, and a new one begun. */
  async #failed(error: unknown): Promise<void> {
    if (this.#trouble === undefined)
      this.#log.error({ why: messageOf(error) }, "the outbox cannot write; readings are held in memory");
    this.#trouble = messageOf(error);
    await this.#writer.seal();
    this.#keepMemoryBound();
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(RETRY, resolve);
      this.#wakeRetry = () => {
        cancel();
        resolve();
      };
      if (this.#isClosed) this.#wakeRetry();
    });
    this.#wakeRetry = undefined;
  }

  #recovered(): void {
    if (this.#trouble === undefined) return;
    this.#trouble = undefined;
    this.#log.info({}, "the outbox writes again");
  }

  /** The readings of a segment. What has gone bad on disk since it was written is counted as lost. */
  async #readShelf(shelf: Shelf): Promise<readonly StoredReading[]> {
    const bytes = await this.#disk.read(shelf.name).catch((error: unknown) => messageOf(error));
    if (!this.#shelves.includes(shelf)) return [];
    const readings = typeof bytes === "string" ? [] : parseSegment(bytes.subarray(0, shelf.bytes)).readings;
    if (shelf === this.#writer.open) return readings;
    const { boot } = shelf;
    const found = shelfOf(shelf.name, boot, shelf.bytes, readings);
    const lost = countAbove(shelf, boot.confirmed) - (found === undefined ? 0 : countAbove(found, boot.confirmed));
    if (lost <= 0) return readings;
    this.#log.error(
      { file: shelf.name, lost, why: typeof bytes === "string" ? bytes : "damage" },
      "a file of the outbox has lost readings",
    );
    if (found === undefined) this.#drop(shelf);
    else {
      Object.assign(shelf, { first: found.first, last: found.last, missing: found.missing });
      this.#count(lost);
    }
    return readings;
  }

  // --- forgetting

  #forget(): void {
    this.#pending.safe(this.#boot.confirmed);
    for (const shelf of this.#shelves) {
      if (shelf.last <= shelf.boot.confirmed && shelf !== this.#writer.open) this.#writer.remove(shelf.name);
    }
    this.#shelves = this.#shelves.filter((shelf) => shelf.last > shelf.boot.confirmed || shelf === this.#writer.open);
    this.#forgetBoots();
  }

  #forgetBoots(): void {
    const used = new Set(this.#shelves.map(({ boot }) => boot));
    for (const boot of this.#boots.values())
      if (boot !== this.#boot && !used.has(boot)) this.#boots.delete(boot.ordinal);
  }

  /** Time for the bound of age runs at most twice as fast as the clock's timers: a clock that is set wrong for a moment drops nothing. */
  #growOld(): void {
    this.#ageNow = instant(Math.min(this.#clock.now(), this.#ageNow + 2 * AGE_CHECK));
    this.#keepBounds();
  }

  #keepBounds(): void {
    const tooOld = earlier(this.#ageNow, this.#limits.maxAge);
    const { maxBytes } = this.#limits;
    const isByWorth = this.#limits.giveUp === "lowest-value";
    if (isByWorth && this.#bytesOnDisk() > maxBytes) this.#thinning ??= this.#thin();
    const most = isByWorth ? maxBytes * MOST_OVER : maxBytes;
    while (this.#shelves.length > 0) {
      const oldest = this.#shelves[0] as Shelf;
      if (oldest === this.#writer.open) return;
      if (this.#bytesOnDisk() <= most && oldest.newest >= tooOld) return;
      this.#drop(oldest);
    }
  }

  /** When nothing of little worth is left, the oldest go. */
  async #thin(): Promise<void> {
    await Promise.resolve(); // So that it never ends before its promise is known.
    try {
      await thinOut(this.#thinnable);
    } catch (error) {
      this.#log.warn({ why: messageOf(error) }, "readings of little value cannot be taken out; the oldest go");
    } finally {
      this.#thinning = undefined;
    }
    while (this.#bytesOnDisk() > this.#limits.maxBytes) {
      const oldest = this.#shelves[0];
      if (oldest === undefined || oldest === this.#writer.open) return;
      this.#drop(oldest);
    }
  }

  get #thinnable(): Thinnable {
    const shelves = (): readonly Shelf[] => this.#shelves;
    const enough = this.#limits.maxBytes * ROOM_AFTER;
    return {
      get shelves() {
        return shelves();
      },
      isGrowing: (shelf) => shelf === this.#writer.open,
      isDone: () => this.#isClosed || this.#bytesOnDisk() <= enough,
      read: (shelf) => this.#readShelf(shelf),
      rewrite: (shelf, readings) => this.#writer.rewrite(shelf, readings),
      remove: (name) => this.#writer.remove(name),
      drop: (shelf) => this.#drop(shelf),
      count: (readings) => this.#count(readings),
    };
  }

  /** While the disk takes nothing: first the oldest on disk goes, which makes room there, then the oldest in memory. */
  #keepMemoryBound(): void {
    while (this.#pending.bytes > this.#limits.maxMemoryBytes) {
      const oldest = this.#shelves[0];
      if (oldest !== undefined && oldest !== this.#writer.open) {
        this.#drop(oldest);
        this.#wakeRetry?.();
        return;
      }
      if (!this.#pending.giveUpOldest("given up: neither disk nor memory has room")) return;
      this.#count(1);
    }
  }

  #drop(shelf: Shelf): void {
    this.#shelves = this.#shelves.filter((other) => other !== shelf);
    this.#writer.remove(shelf.name);
    this.#count(countAbove(shelf, shelf.boot.confirmed));
    this.#forgetBoots();
  }

  #count(readings: number): void {
    if (readings === 0) return;
    if (this.#dropped === 0) this.#log.warn({ readings }, "the outbox gives up readings");
    this.#dropped += readings;
    this.onDropped();
  }

  #oldest(): { boot: string; seq: number } {
    for (const shelf of this.#shelves) {
      const seq = nextIn(shelf, shelf.boot.confirmed);
      if (seq !== undefined) return { boot: shelf.boot.id, seq };
    }
    const seq = this.#pending.firstAbove(this.#boot.confirmed) ?? this.#boot.last + 1;
    return { boot: this.#boot.id, seq };
  }

  #bootOf(id: string): Boot | undefined {
    for (const boot of this.#boots.values()) if (boot.id === id) return boot;
    return undefined;
  }

  #bytesOnDisk(): number {
    return this.#shelves.reduce((sum, shelf) => sum + shelf.bytes, 0);
  }
}
