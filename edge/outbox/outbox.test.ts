import { crc32 } from "node:zlib";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { silentLog } from "#contract/log.ts";
import { hours, instant, millis, minutes, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { MemoryDisk } from "../testing/memory-disk.ts";
import { Outbox, type OutboxLimits } from "./outbox.ts";
import { encodeHeader, encodeReading, parseSegment, scanSegment, type StoredReading } from "./record.ts";

const roomy: OutboxLimits = { maxBytes: 1e9, maxAge: hours(72), maxMemoryBytes: 1e9 };
const start = instant(Date.UTC(2026, 10, 21));

interface Bench {
  disk: MemoryDisk;
  clock: VirtualClock;
  outbox: Outbox;
}
async function bench(limits: Partial<OutboxLimits> = {}, disk = new MemoryDisk()): Promise<Bench> {
  const clock = new VirtualClock(start);
  const outbox = await Outbox.open({ disk, agent: "pi-3", clock, log: silentLog, limits: { ...roomy, ...limits } });
  return { disk, clock, outbox };
}
const put = ({ outbox, clock }: Bench, value = 0) =>
  outbox.put({ room: "atrium", device: "sensor", at: clock.now(), metrics: { co2_ppm: value } });
const turns = async (n = 30): Promise<void> => {
  for (let i = 0; i < n; i++) await new Promise((resolve) => setImmediate(resolve));
};

async function readAll(outbox: Outbox): Promise<{ ordinal: number; boot: string; reading: StoredReading }[]> {
  const all = [];
  let after = { ordinal: 0, seq: 0 };
  for (;;) {
    const batch = await outbox.read(after);
    if (batch === undefined) return all;
    for (const reading of batch.readings) {
      all.push({ ordinal: batch.boot.ordinal, boot: batch.boot.id, reading });
      after = { ordinal: batch.boot.ordinal, seq: reading.seq };
    }
  }
}
const seqs = async (outbox: Outbox): Promise<number[]> => (await readAll(outbox)).map(({ reading }) => reading.seq);

test("readings come back in order with their own time, boot and number, also after a restart", async () => {
  const first = await bench();
  for (let i = 0; i < 3; i++) {
    await put(first, 400 + i).kept;
    first.clock.advance(seconds(10));
  }
  const second = await bench({}, first.disk.afterPowerCut(0));
  await put(second, 999).kept;
  const all = await readAll(second.outbox);
  expect(all.map(({ reading }) => JSON.parse(reading.body) as unknown)).toEqual([
    { at: "2026-11-21T00:00:00.000Z", agent: "pi-3", boot: first.outbox.boot, seq: 1, metrics: { co2_ppm: 400 } },
    { at: "2026-11-21T00:00:10.000Z", agent: "pi-3", boot: first.outbox.boot, seq: 2, metrics: { co2_ppm: 401 } },
    { at: "2026-11-21T00:00:20.000Z", agent: "pi-3", boot: first.outbox.boot, seq: 3, metrics: { co2_ppm: 402 } },
    { at: "2026-11-21T00:00:00.000Z", agent: "pi-3", boot: second.outbox.boot, seq: 1, metrics: { co2_ppm: 999 } },
  ]);
  expect(second.outbox.stats()).toMatchObject({ waiting: 4, oldest: { boot: first.outbox.boot, seq: 1 } });
});

test("only what is confirmed is forgotten, per boot", async () => {
  const first = await bench();
  for (let i = 0; i < 5; i++) await put(first).kept;
  const second = await bench({}, first.disk.afterPowerCut(0));
  for (let i = 0; i < 5; i++) await put(second).kept;
  expect(second.outbox.confirm([{ boot: "nobody", seq: 99 }])).toBe(false);
  expect(second.outbox.confirm([{ boot: second.outbox.boot, seq: 3 }])).toBe(true);
  expect(second.outbox.confirm([{ boot: second.outbox.boot, seq: 2 }])).toBe(false);
  expect(await seqs(second.outbox)).toEqual([1, 2, 3, 4, 5, 4, 5]);
  second.outbox.confirm([{ boot: first.outbox.boot, seq: 5 }]);
  expect(await seqs(second.outbox)).toEqual([4, 5]);
  second.outbox.confirm([{ boot: second.outbox.boot, seq: 5 }]);
  expect(second.outbox.isEmpty).toBe(true);
  await second.outbox.close();
  expect(second.disk.files.size).toBe(0);
});

test("a confirmation beyond what was taken covers nothing that comes later", async () => {
  const { outbox, ...rest } = await bench();
  await put({ outbox, ...rest }).kept;
  outbox.confirm([{ boot: outbox.boot, seq: 1_000 }]);
  await put({ outbox, ...rest }).kept;
  expect(await seqs(outbox)).toEqual([2]);
});

test("bounded by bytes: the oldest go, counted", async () => {
  const b = await bench({ maxBytes: 8_000 });
  let told = 0;
  b.outbox.onDropped = () => (told += 1);
  for (let i = 0; i < 200; i++) await put(b).kept;
  const { waiting, dropped, oldest, bytesOnDisk } = b.outbox.stats();
  expect(bytesOnDisk).toBeLessThanOrEqual(8_000 + 1_000);
  expect(waiting + dropped).toBe(200);
  expect(oldest.seq).toBe(dropped + 1);
  expect(await seqs(b.outbox)).toEqual(Array.from({ length: waiting }, (_, i) => dropped + 1 + i));
  expect(told).toBeGreaterThan(0);
  expect(b.outbox.hasHole).toBe(true);
});

test("bounded by age: what is too old is given up", async () => {
  const b = await bench({ maxAge: minutes(10), maxBytes: 8_000 });
  for (let i = 0; i < 30; i++) {
    await put(b).kept;
    b.clock.advance(minutes(1));
    await turns(2);
  }
  const left = await seqs(b.outbox);
  expect(left.at(-1)).toBe(30);
  expect(left.length).toBeLessThan(20);
  expect(left.length + b.outbox.stats().dropped).toBe(30);
});

test("a clock that is set years ahead for a while drops nothing; one that stays there does, in its time", async () => {
  const inner = new VirtualClock(start);
  let ahead = 0;
  const clock = {
    now: () => instant(inner.now() + ahead),
    after: inner.after.bind(inner),
    every: inner.every.bind(inner),
  };
  const limits = { ...roomy, maxAge: hours(1), maxBytes: 8_000 };
  const disk = new MemoryDisk();
  const outbox = await Outbox.open({ disk, agent: "pi-3", clock, log: silentLog, limits });
  for (let i = 0; i < 20; i++) await put({ outbox, clock: inner, disk }).kept;
  ahead = hours(24 * 3_650);
  inner.advance(minutes(10));
  ahead = 0;
  inner.advance(minutes(10));
  expect(outbox.stats().dropped).toBe(0);
  ahead = hours(24 * 3_650);
  inner.advance(minutes(40));
  expect(outbox.stats().dropped).toBeGreaterThan(0);
});

test("a full disk: held in memory, said, sent from there, and written when there is room", async () => {
  const b = await bench();
  await put(b).kept;
  b.disk.isFull = true;
  const waiting = put(b);
  await turns();
  expect(b.outbox.stats()).toMatchObject({ waiting: 2, diskTrouble: "ENOSPC" });
  expect(await seqs(b.outbox)).toEqual([1, 2]);
  b.disk.isFull = false;
  b.clock.advance(seconds(5));
  await waiting.kept;
  expect(b.outbox.stats().diskTrouble).toBeUndefined();
  const after = await bench({}, b.disk.afterPowerCut(0));
  expect(await seqs(after.outbox)).toEqual([1, 2]);
});

test("a full disk and full memory: the oldest go first, and whoever waits is told", async () => {
  const b = await bench({ maxMemoryBytes: 2_000 });
  b.disk.isFull = true;
  const kept = Array.from({ length: 100 }, () =>
    put(b).kept.then(
      () => true,
      () => false,
    ),
  );
  await turns();
  const { waiting, dropped } = b.outbox.stats();
  expect(waiting + dropped).toBe(100);
  expect(waiting).toBeGreaterThan(5);
  b.disk.isFull = false;
  b.clock.advance(seconds(5));
  expect((await Promise.all(kept)).filter(Boolean)).toHaveLength(waiting);
  expect((await seqs(b.outbox))[0]).toBe(dropped + 1);
});

test("a sync that fails is not believed; the readings are written again, and come back once", async () => {
  const b = await bench();
  await put(b).kept;
  b.disk.failsSync = true;
  const second = put(b);
  await turns();
  b.disk.failsSync = false;
  b.clock.advance(seconds(5));
  await second.kept;
  const after = await bench({}, b.disk.afterPowerCut(1));
  expect(await seqs(after.outbox)).toEqual([1, 2]);
  expect(after.outbox.stats().waiting).toBe(2);
});

test("damage inside a file costs what it hit; the rest comes, and the hole is known", async () => {
  const b = await bench();
  for (let i = 0; i < 10; i++) await put(b).kept;
  const disk = b.disk.afterPowerCut(1);
  const file = [...disk.files.values()][0];
  if (file === undefined) throw new Error("no file");
  file.bytes[Math.floor(file.bytes.length / 2)]! ^= 0xff;
  const after = await bench({}, disk);
  const left = await seqs(after.outbox);
  expect(left).toHaveLength(9);
  expect(after.outbox.stats().waiting).toBe(9);
  const hole = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].find((seq) => !left.includes(seq)) ?? 0;
  after.outbox.confirm([{ boot: b.outbox.boot, seq: hole - 1 }]);
  expect(after.outbox.hasHole).toBe(true);
  expect(after.outbox.stats().oldest.seq).toBe(hole + 1);
});

test("a file that turns bad while the agent runs is counted and does not stop the rest", async () => {
  const b = await bench({ maxBytes: 8_000 });
  for (let i = 0; i < 20; i++) await put(b).kept;
  const [name] = b.disk.files.keys();
  if (name === undefined) throw new Error("no file");
  b.disk.files.delete(name);
  const left = await seqs(b.outbox);
  expect(left.at(-1)).toBe(20);
  expect(b.outbox.stats()).toMatchObject({ waiting: left.length, dropped: 20 - left.length });
});

test("whatever lies in the folder, the outbox opens", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 20 }), fc.uint8Array({ maxLength: 300 })),
      ),
      async (files) => {
        const disk = new MemoryDisk();
        disk.files.set("notes.txt", { bytes: Buffer.from("hello"), safe: 5 });
        for (const [ordinal, first, bytes] of files) {
          const name = `${String(ordinal).padStart(8, "0")}-${String(first).padStart(14, "0")}.segment`;
          disk.files.set(name, { bytes: Buffer.from(bytes), safe: bytes.length });
        }
        const b = await bench({}, disk);
        await put(b).kept;
        expect(await seqs(b.outbox)).toEqual([1]);
        expect(disk.files.has("notes.txt")).toBe(true);
      },
    ),
    { numRuns: 100 },
  );
});

type Step =
  | { do: "put"; count: number }
  | { do: "settle" }
  | { do: "confirm"; share: number }
  | { do: "full"; on: boolean }
  | { do: "sync"; on: boolean }
  | { do: "wait" }
  | { do: "cut"; share: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ do: fc.constant("put" as const), count: fc.integer({ min: 1, max: 40 }) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("settle" as const) }) },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant("confirm" as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("full" as const), on: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("sync" as const), on: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("wait" as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant("cut" as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
    },
  ),
  { maxLength: 40 },
);

/** What is known of one reading from outside. */
interface Fate {
  boot: string;
  seq: number;
  isKept: boolean;
  isConfirmed: boolean;
  /** Its run has ended by a power cut. */
  isPast: boolean;
}

test("law: what was kept and is not confirmed comes back, in order, once, through full disks and power cuts", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (plan) => {
      let b = await bench({ maxBytes: 1e9 });
      const fates: Fate[] = [];
      for (const step of plan) {
        if (step.do === "put") {
          for (let i = 0; i < step.count; i++) {
            const { reading, kept } = put(b, i);
            const fate: Fate = {
              boot: b.outbox.boot,
              seq: reading.seq,
              isKept: false,
              isConfirmed: false,
              isPast: false,
            };
            fates.push(fate);
            kept.then(
              () => (fate.isKept = true),
              () => {},
            );
          }
        } else if (step.do === "settle") await turns();
        else if (step.do === "full") b.disk.isFull = step.on;
        else if (step.do === "sync") b.disk.failsSync = step.on;
        else if (step.do === "wait") {
          b.clock.advance(seconds(6));
          await turns();
        } else if (step.do === "confirm") {
          const target = fates[Math.floor(step.share * fates.length)];
          if (target !== undefined) {
            b.outbox.confirm([target]);
            for (const fate of fates) if (fate.boot === target.boot && fate.seq <= target.seq) fate.isConfirmed = true;
          }
        } else {
          await turns(1);
          b = await bench({ maxBytes: 1e9 }, b.disk.afterPowerCut(step.share));
          b.outbox.confirm(fates.filter(({ isConfirmed }) => isConfirmed));
          for (const fate of fates) fate.isPast = true;
        }
      }
      const found = await readAll(b.outbox);
      const keys = found.map(({ boot, reading }) => `${boot} ${reading.seq}`);
      expect(new Set(keys).size).toBe(keys.length);
      const order = found.map(({ ordinal, reading }) => ordinal * 1e6 + reading.seq);
      expect(order).toEqual(order.toSorted((x, y) => x - y));
      const known = new Map(fates.map((fate) => [`${fate.boot} ${fate.seq}`, fate]));
      expect(keys.filter((key) => known.get(key)?.isConfirmed !== false)).toEqual([]);
      const owed = fates.filter((fate) => !fate.isConfirmed && (fate.isKept || !fate.isPast));
      expect(owed.filter((fate) => !keys.includes(`${fate.boot} ${fate.seq}`))).toEqual([]);
      expect(b.outbox.stats()).toMatchObject({ waiting: keys.length, dropped: 0 });
      await b.outbox.close();
    }),
    { numRuns: 400 },
  );
});

test("uptimes outlive a restart of the agent, and end with a restart of its machine", async () => {
  const reopen = async (disk: MemoryDisk, machine?: string): Promise<Outbox> =>
    Outbox.open({ disk, agent: "pi-3", clock: new VirtualClock(start), log: silentLog, limits: roomy, machine });
  const taken = { room: "atrium", device: "sensor", at: start, up: millis(1_234.5), metrics: { co2_ppm: 1 } };
  for (const [then, now, up] of [
    ["m1", "m1", 1_234.5],
    ["m1", "m2", undefined],
    [undefined, undefined, undefined],
    ["m1", undefined, undefined],
  ] as const) {
    const disk = new MemoryDisk();
    const first = await reopen(disk, then);
    await first.put(taken).kept;
    expect((await readAll(first))[0]?.reading.up).toBe(1_234.5);
    const second = await reopen(disk.afterPowerCut(0), now);
    const found = (await readAll(second))[0]?.reading;
    expect([then, now, found?.up, found?.seq, found?.at]).toEqual([then, now, up, 1, start]);
  }
});

test("files that an earlier version has left are read as they were written", () => {
  // Version 1: no uptime, no machine; written out by hand.
  const header = Buffer.from('{"version":1,"boot":"1-abc"}');
  const body = '{"at":"2026-11-21T00:00:00.000Z","agent":"pi-3","boot":"1-abc","seq":7,"metrics":{"co2_ppm":1}}';
  const content = Buffer.concat([Buffer.alloc(17), Buffer.from(`atrium/sensor${body}`)]);
  content.writeDoubleBE(start, 0);
  content.writeDoubleBE(7, 8);
  content.writeUInt8("atrium/sensor".length, 16);
  const frame = (inner: Buffer): Buffer => {
    const head = Buffer.alloc(10);
    head.writeUInt16BE(0x6752, 0);
    head.writeUInt32BE(inner.length, 2);
    head.writeUInt32BE(crc32(inner), 6);
    return Buffer.concat([head, inner]);
  };
  const bytes = Buffer.concat([frame(header), frame(content)]);
  const reading = { seq: 7, at: start, room: "atrium", device: "sensor", body };
  expect(parseSegment(bytes)).toEqual({ boot: "1-abc", readings: [reading], damagedBytes: 0 });
  expect(scanSegment(bytes)).toMatchObject({ boot: "1-abc", readings: [{ seq: 7, at: start }] });
  const written = encodeReading({ ...reading, up: millis(5) }) ?? Buffer.alloc(0);
  expect(parseSegment(Buffer.concat([encodeHeader({ boot: "2-x", machine: "m" }), written]))).toEqual({
    boot: "2-x",
    machine: "m",
    readings: [{ ...reading, up: 5 }],
    damagedBytes: 0,
  });
});

/** A lamp that breaks now and then, and a motion sensor that never rests; a segment of the test's bound holds about forty. */
async function fillByWorth(one: Bench, n: number): Promise<{ broken: number[]; all: number }> {
  const broken: number[] = [];
  for (let i = 0; i < n; i++) {
    const isBreak = i % 50 === 49;
    const lamp = { lamp_health: i % 100 >= 50 ? "error" : "ok", reachable: true };
    const { reading, kept } = one.outbox.put({ room: "atrium", device: "lamp", at: one.clock.now(), metrics: lamp });
    if (isBreak) broken.push(reading.seq + 2);
    await kept;
    await one.outbox.put({ room: "atrium", device: "eye", at: one.clock.now(), metrics: { motion_count: i * 7 } }).kept;
    one.clock.advance(seconds(10));
    await turns(4);
  }
  return { broken: broken.filter((seq) => seq <= n * 2), all: n * 2 };
}

test("by worth: repeats and motion go, every change of a lamp stays, within the bound; each hole is told with what follows it", async () => {
  const one = await bench({ maxBytes: 64 * 1024, giveUp: "lowest-value" });
  const { broken, all } = await fillByWorth(one, 600);
  await turns(200);
  const { bytesOnDisk, dropped, waiting } = one.outbox.stats();
  expect(bytesOnDisk).toBeLessThanOrEqual(64 * 1024 * 1.1);
  expect(dropped).toBeGreaterThan(500);
  expect(waiting + dropped).toBe(all);
  const found = (await readAll(one.outbox)).map(({ reading }) => reading);
  const there = new Set(found.map(({ seq }) => seq));
  expect(broken.length).toBeGreaterThan(8);
  for (const seq of broken) expect([seq, there.has(seq)]).toEqual([seq, true]);
  // In one pass nothing is told as skipped that is there, and everything that is not there is.
  let next = 1;
  for (const { seq, skipped = 0 } of found) {
    expect(seq - skipped).toBe(next);
    next = seq + 1;
  }
  expect(next).toBe(all + 1);
});

test("by age alone the same bound would have lost them", async () => {
  const one = await bench({ maxBytes: 64 * 1024 });
  const { broken } = await fillByWorth(one, 600);
  const there = new Set(await seqs(one.outbox));
  expect(broken.filter((seq) => !there.has(seq)).length).toBeGreaterThan(3);
});

test("by worth: a power cut, a full disk and confirmations meanwhile leave what is there whole, and once", async () => {
  for (const share of [0, 0.5, 1]) {
    const one = await bench({ maxBytes: 32 * 1024, giveUp: "lowest-value" });
    await fillByWorth(one, 150);
    one.disk.isFull = share === 0.5;
    one.outbox.confirm([{ boot: one.outbox.boot, seq: 60 }]);
    for (let i = 0; i < 40; i++)
      one.outbox.put({ room: "atrium", device: "lamp", at: one.clock.now(), metrics: { reachable: true } });
    await turns(10);
    const before = await seqs(one.outbox);
    const again = await bench({ maxBytes: 1e9 }, one.disk.afterPowerCut(share));
    const after = await seqs(again.outbox);
    expect(after).toEqual([...new Set(after)].toSorted((a, b) => a - b));
    // Nothing comes back that was not there, but for what was confirmed and not yet removed.
    expect(after.filter((seq) => seq > 60 && !before.includes(seq))).toEqual([]);
  }
});
