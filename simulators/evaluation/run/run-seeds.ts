import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { AlertPolicy } from "#gateway/alerts/policy.ts";
import type { Scenario } from "../scenario.ts";
import type { Comparable } from "./policy-names.ts";
import { runSeed, type SeedResult, type SeedTask } from "./run-seed.ts";
import type { FromSeedWorker } from "./worker-messages.ts";

export interface EvaluateOptions {
  scenario: Scenario;
  seeds: readonly number[];
  rooms: number;
  days: number;
  policies: readonly Comparable[];
  /** Whether forecasts are scored, by a gateway that nobody hears. */
  twin: boolean;
  explain: boolean;
  alertPolicy?: Partial<AlertPolicy>;
  /** Threads; 0 plays everything in this one. */
  threads?: number;
  /** How much of everything is done, 0–1. */
  onProgress?: (share: number) => void;
}

/** Plays every seed under every policy, each pair in a thread; the result does not depend on how many there are. */
export async function runSeeds(options: EvaluateOptions): Promise<SeedResult[]> {
  const { seeds, threads = availableParallelism() } = options;
  const tasks = seeds.flatMap((seed) => tasksOf(seed, options));
  const days = options.days + options.scenario.days.warm_up;
  const done = tasks.map(() => 0);
  const tell = (i: number, share: number): void => {
    done[i] = share;
    options.onProgress?.(done.reduce((sum, each) => sum + each, 0) / tasks.length);
  };
  const results: (SeedResult | undefined)[] = tasks.map(() => undefined);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let i = next++; i < tasks.length; i = next++) {
      const task = tasks[i];
      if (task === undefined) return;
      const onDay = (day: number): void => tell(i, day / days);
      results[i] = threads === 0 ? await runSeed(task, onDay) : await inThread(task, onDay);
      tell(i, 1);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(threads, tasks.length)) }, work));
  return seeds.map((seed) => joined(results.filter((result) => result?.seed === seed) as SeedResult[]));
}

/** The gateway's runs take longest, so each has a task of its own; the simple policies share one. */
function tasksOf(
  seed: number,
  { scenario, rooms, days, policies, twin, explain, alertPolicy }: EvaluateOptions,
): SeedTask[] {
  const base = { scenario, seed, rooms, days, explain, ...(alertPolicy !== undefined && { alertPolicy }) };
  const simple = policies.filter((policy) => policy !== "act-by");
  const tasks: SeedTask[] = [];
  if (twin) tasks.push({ ...base, policies: [], twin: true });
  if (policies.includes("act-by")) tasks.push({ ...base, policies: ["act-by"], twin: false });
  if (simple.length > 0 || tasks.length === 0) tasks.push({ ...base, policies: simple, twin: false });
  return tasks;
}

function joined(results: readonly SeedResult[]): SeedResult {
  const [first] = results;
  if (first === undefined) throw new RangeError("a seed has at least one task");
  return {
    ...first,
    policies: Object.assign({}, ...results.map(({ policies }) => policies)) as SeedResult["policies"],
    forecasts: results.find(({ forecasts }) => forecasts !== undefined)?.forecasts,
    explained: results.flatMap(({ explained }) => explained),
    errors: results.flatMap(({ errors }) => errors),
  };
}

/** Judging makes much that is soon forgotten: a roomier nursery costs a tenth less time. */
const YOUNG_MB = 96;

function inThread(task: SeedTask, onDay: (day: number) => void): Promise<SeedResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./seed-worker.ts", import.meta.url), {
      workerData: task,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`an evaluating thread ended with ${code}`)));
    worker.on("message", (message: FromSeedWorker) => {
      if (message.kind === "day") onDay(message.day);
      else if (message.kind === "done") resolve(message.result);
      else reject(new Error(message.why));
    });
  });
}
