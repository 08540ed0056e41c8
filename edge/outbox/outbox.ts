import { randomBytes } from "node:crypto";
import type { Cancel, Clock } from "#contract/clock.ts";
import { GreenroomError, messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import type { MetricValue } from "#contract/metrics.ts";
import { earlier, type Instant, type Millis, minutes, rfc3339, seconds } from "#contract/units.ts";
import type { Disk, DiskFile } from "./disk.ts";
import { encodeHeader, encodeReading, parseSegment, scanSegment, type StoredReading } from "./record.ts";
import { type Boot, countAbove, nameOf, nextIn, parseName, type Position, type Shelf, shelfOf } from "./shelf.ts";

export interface OutboxLimits {
  /** On disk; above it the oldest readings go first. */
  maxBytes: number;
  /** Readings older than this are given up. */
  maxAge: Millis;
  /** What is held in memory while the disk takes nothing. */
  maxMemoryBytes: number;
}

export interface OutboxOptions {
  disk: Disk;
  agent: string;
  clock: Clock;
  log: Log;
  limits: OutboxLimits;
}

export interface NewReading {
  room: string;
  device: string;
  at: Instant;
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

interface Pending {
  reading: StoredReading;
  bytes: Buffer;
  kept: PromiseWithResolvers<void>;
}

const SEGMENT_BYTES = 256 * 1024;
const WRITE_BYTES = 128 * 1024;
const RETRY: Millis = seconds(5);
const AGE_CHECK: Millis = minutes(1);

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
  #open: { shelf: Shelf; file: DiskFile } | undefined;
  #pending: Pending[] = [];
  #pendingBytes = 0;
  #writing: Promise<void> | undefined;
  #removals: Promise<void> = Promise.resolve();
  #dropped = 0;
  #trouble: string | undefined;
  #wakeRetry: (() => void) | undefined;
  /** Those who wait for the end of the write that runs. */
  readonly #onTurn: (() => void)[] = [];
  #isClosed = false;
  readonly #cancelAgeCheck: Cancel;
  /** Told when readings were given up. */
  onDropped: () => void = () => {};

  private constructor({ disk, agent, clock, log, limits }: OutboxOptions, found: Found) {
    this.#disk = disk;
    this.#agent = agent;
    this.#clock = clock;
    this.#log = log;
    this.#limits = limits;
    this.#shelves = found.shelves;
    this.#boots = new Map(found.shelves.map(({ boot }) => [boot.ordinal, boot]));
    const ordinal = found.lastOrdinal + 1;
    this.#boot = { id: `${ordinal}-${randomBytes(6).toString("hex")}`, ordinal, confirmed: 0, last: 0 };
    this.#boots.set(ordinal, this.#boot);
    this.#cancelAgeCheck = clock.every(AGE_CHECK, () => this.#keepBounds());
  }

  static async open(options: OutboxOptions): Promise<Outbox> {
    const found = await look(options.disk, options.log);
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
  put({ room, device, at, metrics }: NewReading): { reading: StoredReading; kept: Promise<void> } {
    if (this.#isClosed) throw new GreenroomError("STORE_FULL", "the outbox is closed");
    const seq = this.#boot.last + 1;
    const body = JSON.stringify({ at: rfc3339(at), agent: this.#agent, boot: this.#boot.id, seq, metrics });
    const reading: StoredReading = { seq, at, room, device, body };
    const bytes = encodeReading(reading);
    if (bytes === undefined) throw new GreenroomError("TOO_LARGE", `a reading of ${room}/${device} is too long`);
    this.#boot.last = seq;
    const kept = Promise.withResolvers<void>();
    // Whoever does not wait for it learns of a loss by the count of dropped readings.
    kept.promise.catch(() => {});
    this.#pending.push({ reading, bytes, kept });
    this.#pendingBytes += bytes.length;
    this.#keepMemoryBound();
    this.#writing ??= this.#write();
    return { reading, kept: kept.promise };
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
      if (readings.length > 0) return { boot, readings };
    }
    if (after.ordinal > this.#boot.ordinal) return undefined;
    const from = Math.max(this.#boot.confirmed, after.ordinal === this.#boot.ordinal ? after.seq : 0);
    const readings = this.#pending.map(({ reading }) => reading).filter(({ seq }) => seq > from);
    return readings.length === 0 ? undefined : { boot: this.#boot, readings };
  }

  stats(): OutboxStats {
    const onDisk = this.#shelves.reduce((sum, shelf) => sum + countAbove(shelf, shelf.boot.confirmed), 0);
    const inMemory = this.#pending.filter(({ reading }) => reading.seq > this.#boot.confirmed).length;
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
    while (this.#pending.length > 0 && this.#trouble === undefined) {
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
    await this.#seal();
    this.#forget();
    await this.#removals;
    const error = new GreenroomError("STORE_FULL", `the outbox was closed while ${this.#trouble ?? "it wrote"}`);
    for (const { kept } of this.#pending.splice(0)) kept.reject(error);
  }

  // --- writing

  /** One write and one fsync for everything that waits; then again for what came meanwhile. */
  async #write(): Promise<void> {
    while (this.#pending.length > 0 && !this.#isClosed) {
      const batch = this.#nextBatch();
      try {
        await this.#append(batch);
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

  #nextBatch(): Pending[] {
    let bytes = 0;
    const end = this.#pending.findIndex((pending) => (bytes += pending.bytes.length) > WRITE_BYTES);
    return this.#pending.slice(0, end === -1 ? undefined : Math.max(1, end));
  }

  async #append(batch: readonly Pending[]): Promise<void> {
    const first = batch[0]?.reading;
    const last = batch.at(-1)?.reading;
    if (first === undefined || last === undefined) return;
    const { shelf, file } = this.#open ?? (await this.#create(first));
    const bytes = Buffer.concat([
      ...(shelf.bytes === 0 ? [encodeHeader(this.#boot.id)] : []),
      ...batch.map((pending) => pending.bytes),
    ]);
    await file.write(bytes, shelf.bytes);
    await file.sync();
    if (shelf.bytes === 0) this.#shelves = [...this.#shelves, shelf];
    else if (first.seq > shelf.last + 1)
      shelf.missing = [...shelf.missing, { from: shelf.last + 1, to: first.seq - 1 }];
    shelf.bytes += bytes.length;
    shelf.last = last.seq;
    shelf.newest = last.at;
    this.#recovered();
    this.#keepBounds();
    this.#takePending(({ reading }) => reading.seq <= last.seq);
    if (shelf.bytes >= this.#segmentBytes()) await this.#seal();
  }

  async #create(first: StoredReading): Promise<{ shelf: Shelf; file: DiskFile }> {
    const name = nameOf(this.#boot.ordinal, first.seq);
    await this.#removals; // An earlier file of this name may be on its way out.
    const file = await this.#disk.create(name);
    const shelf: Shelf = {
      name,
      boot: this.#boot,
      first: first.seq,
      last: first.seq - 1,
      missing: [],
      bytes: 0,
      newest: first.at,
    };
    this.#open = { shelf, file };
    return this.#open;
  }

  /** No more is written to the open segment. */
  async #seal(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.file.close().catch(() => {});
    if (open !== undefined && open.shelf.bytes === 0) this.#remove(open.shelf.name);
  }

  /** After a failed write or fsync nobody knows what the file holds beyond its good end: it is left, and a new one begun. */
  async #failed(error: unknown): Promise<void> {
    if (this.#trouble === undefined)
      this.#log.error({ why: messageOf(error) }, "the outbox cannot write; readings are held in memory");
    this.#trouble = messageOf(error);
    await this.#seal();
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

  /** Takes readings out of memory and tells whoever waits that they are safe. */
  #takePending(isSafe: (pending: Pending) => boolean): void {
    const left: Pending[] = [];
    for (const pending of this.#pending) {
      if (!isSafe(pending)) left.push(pending);
      else {
        this.#pendingBytes -= pending.bytes.length;
        pending.kept.resolve();
      }
    }
    this.#pending = left;
  }

  /** The readings of a segment. What has gone bad on disk since it was written is counted as lost. */
  async #readShelf(shelf: Shelf): Promise<readonly StoredReading[]> {
    const bytes = await this.#disk.read(shelf.name).catch((error: unknown) => messageOf(error));
    if (!this.#shelves.includes(shelf)) return [];
    const readings = typeof bytes === "string" ? [] : parseSegment(bytes.subarray(0, shelf.bytes)).readings;
    if (shelf === this.#open?.shelf) return readings;
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
    this.#takePending(({ reading }) => reading.seq <= this.#boot.confirmed);
    for (const shelf of this.#shelves) {
      if (shelf.last <= shelf.boot.confirmed && shelf !== this.#open?.shelf) this.#remove(shelf.name);
    }
    this.#shelves = this.#shelves.filter((shelf) => shelf.last > shelf.boot.confirmed || shelf === this.#open?.shelf);
    this.#forgetBoots();
  }

  #forgetBoots(): void {
    const used = new Set(this.#shelves.map(({ boot }) => boot));
    for (const boot of this.#boots.values())
      if (boot !== this.#boot && !used.has(boot)) this.#boots.delete(boot.ordinal);
  }

  #keepBounds(): void {
    const tooOld = earlier(this.#clock.now(), this.#limits.maxAge);
    while (this.#shelves.length > 0) {
      const oldest = this.#shelves[0] as Shelf;
      if (oldest === this.#open?.shelf) return;
      if (this.#bytesOnDisk() <= this.#limits.maxBytes && oldest.newest >= tooOld) return;
      this.#drop(oldest);
    }
  }

  /** While the disk takes nothing: first the oldest on disk goes, which makes room there, then the oldest in memory. */
  #keepMemoryBound(): void {
    while (this.#pendingBytes > this.#limits.maxMemoryBytes) {
      const oldest = this.#shelves[0];
      if (oldest !== undefined && oldest !== this.#open?.shelf) {
        this.#drop(oldest);
        this.#wakeRetry?.();
        return;
      }
      const pending = this.#pending.shift();
      if (pending === undefined) return;
      this.#pendingBytes -= pending.bytes.length;
      pending.kept.reject(new GreenroomError("STORE_FULL", "given up: neither disk nor memory has room"));
      this.#count(1);
    }
  }

  #drop(shelf: Shelf): void {
    this.#shelves = this.#shelves.filter((other) => other !== shelf);
    this.#remove(shelf.name);
    this.#count(countAbove(shelf, shelf.boot.confirmed));
    this.#forgetBoots();
  }

  #count(readings: number): void {
    if (readings === 0) return;
    if (this.#dropped === 0) this.#log.warn({ readings }, "the outbox gives up readings");
    this.#dropped += readings;
    this.onDropped();
  }

  /** A file that cannot be removed is found again at the next start. */
  #remove(name: string): void {
    const before = this.#removals;
    this.#removals = (async () => {
      await before;
      await this.#disk.remove(name).catch(() => {});
    })();
  }

  #oldest(): { boot: string; seq: number } {
    for (const shelf of this.#shelves) {
      const seq = nextIn(shelf, shelf.boot.confirmed);
      if (seq !== undefined) return { boot: shelf.boot.id, seq };
    }
    const pending = this.#pending.find(({ reading }) => reading.seq > this.#boot.confirmed);
    return { boot: this.#boot.id, seq: pending?.reading.seq ?? this.#boot.last + 1 };
  }

  #bootOf(id: string): Boot | undefined {
    for (const boot of this.#boots.values()) if (boot.id === id) return boot;
    return undefined;
  }

  #bytesOnDisk(): number {
    return this.#shelves.reduce((sum, shelf) => sum + shelf.bytes, 0);
  }

  #segmentBytes(): number {
    return Math.min(SEGMENT_BYTES, this.#limits.maxBytes / 8);
  }
}

interface Found {
  shelves: Shelf[];
  lastOrdinal: number;
}

/** What earlier runs left. A torn end is normal after a crash; a file that says nothing is removed. */
async function look(disk: Disk, log: Log): Promise<Found> {
  const found: Found = { shelves: [], lastOrdinal: 0 };
  const boots = new Map<number, Boot>();
  const names = (await disk.list()).filter((name) => parseName(name) !== undefined);
  for (const name of names.toSorted()) {
    const { ordinal } = parseName(name) as { ordinal: number };
    found.lastOrdinal = Math.max(found.lastOrdinal, ordinal);
    const bytes = await disk.read(name);
    const { boot: id, readings, damagedBytes } = scanSegment(bytes);
    if (damagedBytes > 0)
      log.warn({ file: name, bytes: damagedBytes }, "a file of the outbox has a torn end or damage");
    const boot = boots.get(ordinal) ?? (id === undefined ? undefined : { id, ordinal, confirmed: 0, last: 0 });
    // A write that was reported as failed may have reached the disk: the same readings are then in two files.
    const fresh = boot === undefined ? [] : readings.filter(({ seq }) => seq > boot.last);
    const shelf = boot === undefined ? undefined : shelfOf(name, boot, bytes.length, fresh);
    if (boot === undefined || shelf === undefined) {
      await disk.remove(name).catch(() => {});
      continue;
    }
    boot.last = shelf.last;
    boots.set(ordinal, boot);
    found.shelves.push(shelf);
  }
  return found;
}
