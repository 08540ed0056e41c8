/**
 * Mutated vendor payloads through every translator: `node test/fuzz/translate.ts [count] [seed]`. Ends with one JSON line; exit
 * code 1 when a message crashed a translator, took longer than 50 ms, gave a value of a wrong type, or memory grew.
 */
import { isPlausible, metrics as registry, wrongType } from "#contract/metrics.ts";
import { mutate } from "#gateway/translate/mutate.ts";
import { sampleMessages } from "#gateway/translate/sample-messages.ts";
import type { VendorMessage } from "#gateway/translate/translation.ts";
import { translators } from "#gateway/translate/translators.ts";

const [count = 1_000_000, seed = 1] = process.argv.slice(2).map(Number);
const SLOWEST_MS = 50;
/** Heap growth that is no leak: caches of the engine. */
const GROWTH_MB = 24;

let state = seed >>> 0;
/** Mulberry32: every run of a seed sees the same messages. */
function random(): number {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
}

const found = { crashed: 0, slow: 0, wrong: 0 };
const told = { refused: 0, readings: 0, implausible_flagged: 0 };
let slowest = 0;
const all = translators.map((each) => ({
  name: each.name,
  read: each.start({}),
  samples: sampleMessages[each.name] ?? [],
}));
const heap = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1024 / 1024;
};

function one(i: number): void {
  const { name, read, samples } = all[i % all.length] as (typeof all)[number];
  let message = samples[Math.floor(random() * samples.length)] as VendorMessage;
  for (let n = 0; n <= Math.floor(random() * 3); n++) message = mutate(message, random);
  const began = performance.now();
  try {
    const answer = read(message);
    if (answer.ok) for (const { metrics } of answer.readings) check(metrics);
    else told.refused += 1;
  } catch (error) {
    found.crashed += 1;
    process.stderr.write(
      `${name}: ${String(error)}\n${Buffer.from(message.payload).toString("base64").slice(0, 400)}\n`,
    );
  }
  let took = performance.now() - began;
  // A machine that is busy with others stops this process too: what is slow is slow each time.
  for (let again = 0; took > SLOWEST_MS && again < 5; again++) {
    const then = performance.now();
    try {
      read(message);
    } catch {
      break;
    }
    took = Math.min(took, performance.now() - then);
  }
  slowest = Math.max(slowest, took);
  if (took > SLOWEST_MS) found.slow += 1;
}

function check(metrics: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(metrics)) {
    told.readings += 1;
    const metric = registry.get(name);
    if (metric === undefined || (value !== null && wrongType(metric, value) !== undefined)) found.wrong += 1;
    else if (value !== null && !isPlausible(metric, value as number)) told.implausible_flagged += 1;
  }
}

for (let i = 0; i < Math.min(count, 50_000); i++) one(i);
const before = heap();
for (let i = 50_000; i < count; i++) one(i);
const grown = Math.round((heap() - before) * 10) / 10;
const isFine = found.crashed + found.slow + found.wrong === 0 && grown <= GROWTH_MB;
process.stdout.write(
  `${JSON.stringify({ mutated: count, seed, ...found, ...told, slowest_ms: Math.round(slowest * 10) / 10, heap_grown_mb: grown })}\n`,
);
process.exitCode = isFine ? 0 : 1;
