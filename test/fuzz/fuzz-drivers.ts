import { isPlausible, metrics as registry, type MetricValue, wrongType } from "#contract/metrics.ts";
import { mutate } from "#gateway/translate/mutate.ts";
import { driverSamples, type Sample } from "./driver-targets.ts";

/** Longer than this for one answer is a hang: the agent polls others meanwhile. */
const SLOWEST_MS = 50;

export interface FuzzReport {
  mutated: number;
  seed: number;
  crashed: number;
  slow: number;
  /** Values of no metric, or of a wrong type. */
  wrong: number;
  /** Values outside the plausible range that a driver gave as a reading. */
  implausible: number;
  refused: number;
  readings: number;
  slowest_ms: number;
  heap_grown_mb: number;
  /** The first of what was found, with the answer in base64: to be kept as golden cases. */
  finds: string[];
}

/** Puts mutated answers of devices through each driver's parsing, in turn, the same for the same seed. */
export async function fuzzDrivers(options: {
  count: number;
  seed: number;
  samples?: typeof driverSamples;
}): Promise<FuzzReport> {
  const { count, seed, samples = driverSamples } = options;
  const random = mulberry(seed);
  const all = Object.entries(samples).map(([driver, start]) => ({ driver, samples: start() }));
  const report: FuzzReport = {
    mutated: count,
    seed,
    crashed: 0,
    slow: 0,
    wrong: 0,
    implausible: 0,
    refused: 0,
    readings: 0,
    slowest_ms: 0,
    heap_grown_mb: 0,
    finds: [],
  };
  // What engines keep for good is there after a fifth; what grows from then on is a leak.
  const settled = Math.floor(count / 5);
  let before = 0;
  for (let i = 0; i < count; i++) {
    if (i === settled) before = heapMb();
    const { driver, samples } = all[i % all.length] as (typeof all)[number];
    const sample = samples[Math.floor(random() * samples.length)] as Sample;
    await one(driver, { sample, bytes: mutated(sample.bytes, random) }, report);
  }
  report.heap_grown_mb = Math.round((heapMb() - before) * 10) / 10;
  report.slowest_ms = Math.round(report.slowest_ms * 10) / 10;
  return report;
}

/** Nothing crashed, hung, or was accepted that cannot be. */
export const isFine = ({ crashed, slow, wrong, implausible }: Omit<FuzzReport, "finds">): boolean =>
  crashed + slow + wrong + implausible === 0;

async function one(
  driver: string,
  { sample, bytes }: { sample: Sample; bytes: Uint8Array },
  report: FuzzReport,
): Promise<void> {
  const note = (what: string): void => {
    const answer = Buffer.from(bytes).toString("base64").slice(0, 400);
    if (report.finds.length < 10) report.finds.push(`${driver}: ${what.slice(0, 200)}: ${answer}`);
  };
  const began = performance.now();
  try {
    const metrics = await sample.read(bytes);
    if (metrics === undefined) report.refused += 1;
    else judge(metrics, report, note);
  } catch (error) {
    report.crashed += 1;
    note(String(error));
  }
  let took = performance.now() - began;
  // A machine that is busy with others stops this process too: what is slow is slow each time.
  for (let again = 0; took > SLOWEST_MS / 5 && again < 5; again++) {
    const then = performance.now();
    await Promise.resolve(sample.read(bytes)).catch(() => {});
    took = Math.min(took, performance.now() - then);
  }
  report.slowest_ms = Math.max(report.slowest_ms, took);
  if (took > SLOWEST_MS) report.slow += 1;
}

function judge(metrics: Readonly<Record<string, unknown>>, report: FuzzReport, note: (what: string) => void): void {
  for (const [name, value] of Object.entries(metrics)) {
    report.readings += 1;
    const metric = registry.get(name);
    const isWrong = metric === undefined || wrongType(metric, value) !== undefined;
    if (isWrong) report.wrong += 1;
    else if (isPlausible(metric, value as MetricValue)) continue;
    else report.implausible += 1;
    note(`${name} is ${JSON.stringify(value)}`);
  }
}

function mutated(bytes: Uint8Array, random: () => number): Uint8Array {
  let message = { topic: "", payload: bytes, retained: false };
  for (let n = 0; n <= Math.floor(random() * 3); n++)
    message = { ...message, payload: mutate(message, random).payload };
  return message.payload;
}

function heapMb(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}

/** Mulberry32: every run of a seed sees the same answers. */
export function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
