import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sleep } from "#contract/clock.ts";
import { GreenroomError } from "#contract/errors.ts";
import { silentLog } from "#contract/log.ts";
import { hours, instant, later, rfc3339, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import {
  type HistoryBatch,
  type HistoryEngine,
  type HistoryRow,
  type JournalPosition,
  RowsRefused,
} from "../../history/history.ts";
import { systemDisk } from "../journal/journal-disk.ts";
import { Journal, journalLimits } from "../journal/journal.ts";
import { recoverJournal } from "../journal/recover.ts";
import { Drain, type DrainProgress } from "./drain.ts";

const NOW = instant(Date.parse("2026-11-21T10:00:00Z"));

/** An engine that fails as it is told. */
class FakeEngine implements HistoryEngine {
  written: number[] = [];
  attempts = 0;
  isAway = false;
  /** Batches that it acknowledges before they are safe. */
  lag = 0;
  refuses: (row: HistoryRow) => boolean = () => false;
  #positions: JournalPosition[] = [];
  #safe: JournalPosition | undefined;

  constructor(position?: JournalPosition) {
    this.#safe = position;
  }

  write({ rows, upTo }: HistoryBatch): Promise<void> {
    this.attempts += 1;
    if (this.isAway) return Promise.reject(new GreenroomError("STORE_DOWN", "away"));
    if (rows.some((row) => this.refuses(row))) return Promise.reject(new RowsRefused("of another type"));
    this.written.push(...rows.map(({ value }) => value));
    if (upTo !== undefined) this.#positions.push(upTo);
    while (this.#positions.length > this.lag) this.#safe = this.#positions.shift();
    return Promise.resolve();
  }

  /** Loses what was not safe. */
  restart(): void {
    this.#positions = [];
  }

  position(): Promise<JournalPosition | undefined> {
    return this.isAway ? Promise.reject(new GreenroomError("STORE_DOWN", "away")) : Promise.resolve(this.#safe);
  }
  maintain(): Promise<boolean> {
    return Promise.resolve(false);
  }
  query = (): Promise<never[]> => Promise.resolve([]);
  lastValues = (): Promise<never[]> => Promise.resolve([]);
  rows = (): Promise<never[]> => Promise.resolve([]);
  close = (): Promise<void> => Promise.resolve();
}

let folder: string;
let clock: VirtualClock;
let journal: Journal<never>;
let progress: DrainProgress | undefined;
let refused: { value: number; why: string }[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "greenroom-drain-"));
  clock = new VirtualClock(NOW);
  progress = undefined;
  refused = [];
  journal = new Journal<never>({
    folder,
    disk: systemDisk,
    clock,
    log: silentLog,
    limits: { ...journalLimits, minFreeBytes: 0, segmentBytes: 2_000 },
    recovered: recoverJournal({ folder, log: silentLog, onMemory: () => {}, onRecord: () => {} }),
    memory: () => undefined,
    onDurable: () => {},
  });
  await journal.open();
});
afterEach(async () => {
  await journal.close();
  rmSync(folder, { recursive: true, force: true });
});

async function take(from: number, to: number): Promise<void> {
  for (let n = from; n <= to; n++) {
    const reading = { at: rfc3339(later(NOW, seconds(n))), metrics: { people_count: n } };
    await journal.appendReading(
      "greenroom/v1/hq/atrium/counter/reading",
      Buffer.from(JSON.stringify(reading)),
      undefined,
    );
  }
}

function drainInto(engine: HistoryEngine): { stop: () => Promise<void> } {
  const drain = new Drain({
    folder,
    journal: journal.id,
    engine,
    clock,
    log: silentLog,
    durable: () => journal.end,
    now: () => clock.now(),
    moved: (_, wait) => sleep(clock, wait),
    onProgress: (now) => {
      progress = now;
      void journal.drainedTo(now.position.offset);
    },
    onRefused: ({ value }, why) => refused.push({ value, why }),
  });
  const ended = drain.run();
  return {
    stop: () => {
      drain.stop();
      return ended;
    },
  };
}
const pass = (to = seconds(5)): Promise<void> => clock.advanceToSettled(later(clock.now(), to));
const numbers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe("the drain", () => {
  it("takes over in order and follows", async () => {
    const engine = new FakeEngine();
    await take(1, 20);
    const drain = drainInto(engine);
    await pass();
    await take(21, 30);
    await pass();
    expect(engine.written).toEqual(numbers(1, 30));
    expect(progress).toMatchObject({ position: { offset: journal.end, records: 30 }, rows: 30, away: undefined });
    await drain.stop();
  });

  it("waits out an engine that is away for long, then drains in order and lets the segments go", async () => {
    const engine = new FakeEngine();
    const drain = drainInto(engine);
    await take(1, 10);
    await pass();
    engine.isAway = true;
    for (let hour = 0; hour < 4; hour++) {
      await take(11 + hour * 20, 30 + hour * 20);
      await pass(hours(1));
    }
    expect(engine.written).toEqual(numbers(1, 10));
    expect(progress?.away).toEqual({ code: "STORE_DOWN", text: "away" });
    // Tried with patience, not in a frenzy, and never given up.
    expect(engine.attempts).toBeLessThan(100);
    const spooled = journal.bytes;
    engine.isAway = false;
    await pass(seconds(15));
    expect(engine.written).toEqual(numbers(1, 90));
    expect(progress?.away).toBeUndefined();
    expect(journal.bytes).toBeLessThan(spooled / 2);
    await drain.stop();
  });

  it("puts aside a row that the engine never takes, and only that one", async () => {
    const engine = new FakeEngine();
    engine.refuses = ({ value }) => value === 7 || value === 8;
    await take(1, 20);
    const drain = drainInto(engine);
    await pass();
    expect(engine.written).toEqual(numbers(1, 20).filter((n) => n !== 7 && n !== 8));
    expect(refused).toEqual([
      { value: 7, why: "of another type" },
      { value: 8, why: "of another type" },
    ]);
    expect(progress?.position.records).toBe(20);
    await drain.stop();
  });

  it("writes again what an engine may have lost that acknowledges before it is safe", async () => {
    const engine = new FakeEngine();
    engine.lag = 2;
    const drain = drainInto(engine);
    for (const [from, to] of [
      [1, 5],
      [6, 10],
      [11, 15],
    ] as const) {
      await take(from, to);
      await pass();
    }
    expect(progress?.position.records).toBe(5);
    engine.isAway = true;
    engine.restart();
    await take(16, 20);
    await pass();
    engine.isAway = false;
    await pass(seconds(15));
    expect(engine.written).toEqual([...numbers(1, 15), ...numbers(6, 20)]);
    await drain.stop();
  });

  it("begins at the beginning for an engine that followed another journal", async () => {
    const engine = new FakeEngine({ journal: "another", offset: 900, records: 9 });
    await take(1, 5);
    const drain = drainInto(engine);
    await pass();
    expect(engine.written).toEqual(numbers(1, 5));
    await drain.stop();
  });

  it("stops while the engine is away", async () => {
    const engine = new FakeEngine();
    engine.isAway = true;
    const drain = drainInto(engine);
    await pass();
    await drain.stop();
  });
});
