/**
 * Mutated answers of devices through every driver's parsing: `node --expose-gc test/fuzz/drivers.ts [count] [seed]`. Ends with one
 * JSON line; exit code 1 when an answer crashed a driver, took longer than 50 ms, gave a value that no metric can have, or memory grew.
 */
import { fuzzWire } from "./fuzz-wire.ts";
import { fuzzDrivers, isFine, mulberry } from "./fuzz-drivers.ts";

const [count = 200_000, seed = 1] = process.argv.slice(2).map(Number);
/** Heap growth that is no leak: caches of the engine. */
const GROWTH_MB = 8;

const { finds, ...report } = await fuzzDrivers({ count, seed });
const wire = await fuzzWire(Math.ceil(count / 200), mulberry(seed));
finds.push(...wire.finds);
for (const find of finds) process.stderr.write(`${find}\n`);
process.stdout.write(`${JSON.stringify({ ...report, polls: wire.polls, polls_wrong: wire.finds.length })}\n`);
// Without --expose-gc what is garbage cannot be told from what is kept.
const hasGrown = globalThis.gc !== undefined && report.heap_grown_mb > GROWTH_MB;
process.exitCode = isFine(report) && wire.finds.length === 0 && !hasGrown ? 0 : 1;
