import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { silentLog } from "#contract/log.ts";
import { instant, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { type JournalDisk, type JournalFile, systemDisk } from "./journal-disk.ts";
import { JournalReader } from "./journal-reader.ts";
import { Journal, type JournalLimits, journalLimits } from "./journal.ts";
import { decodeReading } from "./record.ts";
import { recoverJournal } from "./recover.ts";
import { listSegments } from "./segment.ts";

const TOPIC = "greenroom/v1/hq/atrium/sensor-1/reading";
const payload = (n: number): Buffer => Buffer.from(`reading ${n} ${"x".repeat(n % 7)}`);

let folder: string;
let clock: VirtualClock;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "greenroom-journal-"));
  clock = new VirtualClock(instant(0));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Opened {
  journal: Journal<number>;
  durable: number[];
}

async function open(options: { disk?: JournalDisk; limits?: Partial<JournalLimits> } = {}): Promise<Opened> {
  const durable: number[] = [];
  const recovered = recoverJournal({ folder, log: silentLog, onMemory: () => {}, onRecord: () => {} });
  const journal = new Journal<number>({
    folder,
    disk: options.disk ?? systemDisk,
    clock,
    log: silentLog,
    limits: { ...journalLimits, minFreeBytes: 0, ...options.limits },
    recovered,
    memory: () => [...durable],
    onDurable: (marks) => durable.push(...marks),
  });
  await journal.open();
  return { journal, durable };
}

const append = async ({ journal }: Opened, ...numbers: number[]): Promise<void> => {
  await Promise.all(numbers.map((n) => journal.appendReading(TOPIC, payload(n), n)));
};

function readAll(durable: number, from = { offset: 0, records: 0 }): { texts: string[]; reader: JournalReader } {
  const reader = new JournalReader(folder, from);
  const texts: string[] = [];
  // Asked for few at a time, as the drain does.
  for (let before = -1; before !== reader.position.offset;) {
    before = reader.position.offset;
    reader.read(durable, 3, (body) => texts.push(decodeReading(body).payload.toString()));
  }
  reader.close();
  return { texts, reader };
}
const texts = (...numbers: number[]): string[] => numbers.map((n) => payload(n).toString());
const count = (to: number): number[] => Array.from({ length: to }, (_, i) => i + 1);

describe("the journal", () => {
  it("gives back what was appended, in order, over restarts and segments", async () => {
    for (const start of [1, 11, 21]) {
      const opened = await open({ limits: { segmentBytes: 300 } });
      for (let n = start; n < start + 10; n++) await append(opened, n);
      expect(opened.durable).toEqual(count(start + 9).slice(start - 1));
      await opened.journal.close();
    }
    const { journal } = await open();
    expect(listSegments(folder).length).toBeGreaterThan(5);
    expect(journal.records).toBe(30);
    const { texts: read, reader } = readAll(journal.end);
    expect(read).toEqual(texts(...count(30)));
    expect(reader.position).toEqual({ offset: journal.end, records: 30 });
    expect(reader.damagedBytes).toBe(0);
    await journal.close();
  });

  it("serves many with one sync", async () => {
    let syncs = 0;
    const disk = wrapped({ sync: async (file) => (syncs++, file.sync()) });
    const opened = await open({ disk });
    syncs = 0;
    await append(opened, ...count(1_000));
    expect(syncs).toBeLessThanOrEqual(2);
    await opened.journal.close();
  });

  it("never shows a reader what is not durable", async () => {
    const opened = await open();
    await append(opened, 1);
    const before = opened.journal.end;
    await append(opened, 2);
    expect(readAll(before).texts).toEqual(texts(1));
    await opened.journal.close();
  });

  it("survives a torn tail at every byte", async () => {
    const opened = await open();
    const ends: number[] = [];
    for (const n of count(4)) {
      await append(opened, n);
      ends.push(opened.journal.end);
    }
    await opened.journal.close();
    const file = listSegments(folder)[0]?.file as string;
    copyFileSync(file, join(folder, "whole"));
    const whole = readFileSync(file).length;
    for (let length = 0; length <= whole; length++) {
      for (const segment of listSegments(folder)) rmSync(segment.file);
      copyFileSync(join(folder, "whole"), file);
      truncateSync(file, length);
      const again = await open();
      const kept = ends.filter((end) => end <= length).length;
      expect([length, again.journal.records]).toEqual([length, kept]);
      await append(again, 100);
      expect(readAll(again.journal.end).texts).toEqual(texts(...count(kept), 100));
      await again.journal.close();
    }
  });

  it("steps over a damaged byte, wherever it is, and keeps every whole record", async () => {
    const opened = await open({ limits: { segmentBytes: 250 } });
    for (const n of count(8)) await append(opened, n);
    const end = opened.journal.end;
    await opened.journal.close();
    for (const { file } of listSegments(folder).slice(0, 2)) {
      const good = readFileSync(file);
      for (let i = 0; i < good.length; i++) {
        const bad = Buffer.from(good);
        bad[i] = (bad[i] as number) ^ 0x41;
        writeFileSync(file, bad);
        const { texts: read, reader } = readAll(end);
        // One record is hit, or a checkpoint, which costs no reading.
        expect(read.length).toBeGreaterThanOrEqual(7);
        expect(texts(...count(8))).toEqual(expect.arrayContaining(read));
        expect(reader.damagedBytes).toBeGreaterThan(0);
        expect(reader.position).toEqual({ offset: end, records: 8 });
      }
      writeFileSync(file, good);
    }
  });

  it("goes back to an older checkpoint when the newest is damaged", async () => {
    const opened = await open({ limits: { segmentBytes: 250 } });
    for (const n of count(8)) await append(opened, n);
    await opened.journal.close();
    const newest = listSegments(folder).at(-1)?.file as string;
    const bytes = readFileSync(newest);
    bytes[14] = 0;
    writeFileSync(newest, bytes);
    const again = await open();
    expect(again.journal.id).toBe(opened.journal.id);
    expect(again.journal.records).toBe(8);
    await again.journal.close();
  });

  it("lets drained segments go, but never the newest", async () => {
    const opened = await open({ limits: { segmentBytes: 250 } });
    for (const n of count(12)) await append(opened, n);
    const segments = listSegments(folder);
    await opened.journal.drainedTo((segments[2]?.base ?? 0) + 1);
    expect(listSegments(folder)).toEqual(segments.slice(2));
    await opened.journal.drainedTo(opened.journal.end);
    expect(listSegments(folder)).toEqual(segments.slice(-1));
    await opened.journal.close();
    const again = await open();
    expect(again.journal.records).toBe(12);
    await again.journal.close();
  });

  it("refuses beyond its bound and takes again once drained", async () => {
    const opened = await open({ limits: { maxBytes: 2_000 } });
    const taken: number[] = [];
    for (const n of count(100)) {
      try {
        await append(opened, n);
        taken.push(n);
      } catch (error) {
        expect(error).toMatchObject({ code: "STORE_FULL", retryable: true });
      }
    }
    expect(taken.length).toBeGreaterThan(10);
    expect(taken.length).toBeLessThan(30);
    expect(opened.journal.isFull).toBe(true);
    expect(readAll(opened.journal.end).texts).toEqual(texts(...taken));
    await opened.journal.drainedTo(opened.journal.end);
    expect(opened.journal.isFull).toBe(false);
    await append(opened, 101);
    await opened.journal.close();
  });

  it("keeps what it acknowledged through a full disk, and takes again by itself when there is space", async () => {
    let room = 3_000;
    const disk = wrapped({
      async write(file, bytes, position) {
        // As a disk does: takes what fits, then says so.
        const fits = bytes.subarray(0, Math.max(0, room));
        room -= fits.length;
        await file.write(fits, position);
        if (fits.length < bytes.length) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
      },
    });
    const opened = await open({ disk, limits: { segmentBytes: 1_000 } });
    const taken: number[] = [];
    for (let n = 1; n <= 120; n++) {
      if (n === 90) room = 1_000_000;
      clock.advance(seconds(1));
      await append(opened, n).then(
        () => taken.push(n),
        (error: unknown) => expect(error).toMatchObject({ code: "STORE_FULL" }),
      );
    }
    expect(taken).toContain(120);
    expect(taken).not.toContain(80);
    expect(opened.durable).toEqual(taken);
    expect(opened.journal.isFull).toBe(false);
    expect(readAll(opened.journal.end).texts).toEqual(texts(...taken));
    await opened.journal.close();
    const again = await open();
    expect(again.journal.records).toBe(taken.length);
    expect(readAll(again.journal.end).texts).toEqual(texts(...taken));
    await again.journal.close();
  });

  it("opens on a full disk, refuses, and takes when there is space", async () => {
    let isFull = true;
    const disk = wrapped({
      write: (file, bytes, position) =>
        isFull
          ? Promise.reject(Object.assign(new Error("no space left on device"), { code: "ENOSPC" }))
          : file.write(bytes, position),
    });
    const opened = await open({ disk });
    expect(opened.journal.isFull).toBe(true);
    await expect(append(opened, 1)).rejects.toMatchObject({ code: "STORE_FULL" });
    isFull = false;
    clock.advance(seconds(1));
    await append(opened, 2);
    expect(readAll(opened.journal.end).texts).toEqual(texts(2));
    await opened.journal.close();
  });

  it("finds out by itself that there is space again, and loses nothing that comes meanwhile", async () => {
    let isFull = false;
    const disk = wrapped({
      write: (file, bytes, position) =>
        isFull
          ? Promise.reject(Object.assign(new Error("no space left on device"), { code: "ENOSPC" }))
          : file.write(bytes, position),
    });
    const opened = await open({ disk });
    await append(opened, 1);
    isFull = true;
    await expect(append(opened, 2)).rejects.toMatchObject({ code: "STORE_FULL" });
    clock.advance(seconds(1));
    opened.journal.tryAgain();
    clock.advance(seconds(1));
    isFull = false;
    opened.journal.tryAgain();
    await append(opened, 3);
    expect(opened.journal.isFull).toBe(false);
    isFull = true;
    await expect(append(opened, 4)).rejects.toMatchObject({ code: "STORE_FULL" });
    isFull = false;
    clock.advance(seconds(1));
    opened.journal.tryAgain();
    await vi.waitFor(() => expect(opened.journal.isFull).toBe(false));
    await append(opened, 5);
    await opened.journal.close();
    expect(readAll(opened.journal.end).texts).toEqual(texts(1, 3, 5));
  });

  it("does not build on a file whose sync has failed", async () => {
    let broken = false;
    const disk = wrapped({
      sync: (file) => (broken ? Promise.reject(Object.assign(new Error("i/o"), { code: "EIO" })) : file.sync()),
    });
    const opened = await open({ disk });
    await append(opened, 1);
    broken = true;
    await expect(append(opened, 2)).rejects.toMatchObject({ code: "STORE_DOWN", retryable: true });
    broken = false;
    clock.advance(seconds(1));
    await append(opened, 3);
    expect(listSegments(folder)).toHaveLength(2);
    expect(readAll(opened.journal.end).texts).toEqual(texts(1, 3));
    await opened.journal.close();
  });

  it("leaves the last of the disk to the databases", async () => {
    let free = 1_000;
    const opened = await open({
      disk: { ...systemDisk, freeBytes: () => Promise.resolve(free) },
      limits: { minFreeBytes: 500 },
    });
    await append(opened, 1);
    free = 499;
    clock.advance(seconds(2));
    await expect(append(opened, 2)).rejects.toMatchObject({ code: "STORE_FULL" });
    free = 501;
    clock.advance(seconds(2));
    await append(opened, 3);
    await opened.journal.close();
    expect(readdirSync(folder)).toHaveLength(1);
  });
});

interface Faults {
  write?: (file: JournalFile, bytes: Buffer, position: number) => Promise<void>;
  sync?: (file: JournalFile) => Promise<void>;
}

/** The real disk with faults. */
function wrapped({ write, sync }: Faults): JournalDisk {
  return {
    ...systemDisk,
    async open(name) {
      const file = await systemDisk.open(name);
      return {
        write: (bytes, position) => (write === undefined ? file.write(bytes, position) : write(file, bytes, position)),
        sync: () => (sync === undefined ? file.sync() : sync(file)),
        truncate: (length) => file.truncate(length),
        close: () => file.close(),
      };
    },
  };
}
