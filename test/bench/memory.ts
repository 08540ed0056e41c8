import { execFileSync, execSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sleep } from "#contract/clock.ts";
import { systemClock } from "#contract/system-clock.ts";
import { between, later, minutes, seconds } from "#contract/units.ts";

/** Resident memory, all threads, of the program as people start it: one process, the sample building, nobody looking. */
export interface MemoryReport {
  minutes: number;
  rss_mb: { start: number; median: number; max: number; end: number };
  per_10_minutes: { from_minute: number; min: number; median: number; max: number }[];
  /** The highest that the system has seen, also between two samples and while it started; where the system tells. */
  peak_mb?: number;
  aim_mb: number;
}

export interface MemorySample {
  minute: number;
  mb: number;
}

const AIM_MB = 250;
const EVERY = seconds(5);
/** The first sample: it runs, and has not yet told its past. */
const FIRST = seconds(10);
const root = fileURLToPath(new URL("../../", import.meta.url));

export async function benchMemory(options: { minutes: number; note: (text: string) => void }): Promise<MemoryReport> {
  const dataDir = await mkdtemp(join(tmpdir(), "greenroom-bench-"));
  const program = startAsPeopleDo(dataDir);
  const ended = new Promise<void>((resolve) => program.once("exit", () => resolve()));
  try {
    if (program.pid === undefined) throw new Error("the program did not start");
    const samples = await sampled(program.pid, options);
    const peak = fromProc(program.pid, "VmHWM");
    return {
      minutes: options.minutes,
      ...summarise(samples),
      ...(peak === undefined ? {} : { peak_mb: peak }),
      aim_mb: AIM_MB,
    };
  } finally {
    program.kill("SIGTERM");
    await ended;
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** What `npm start` runs, with the flags that are written there, on free ports and with a data folder of its own. */
function startAsPeopleDo(dataDir: string) {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const words = (script: string): string[] => (scripts[script] ?? "").split(" ").slice(1);
  execFileSync(process.execPath, words("prestart"), { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  const { GREENROOM_CONFIG: _, BROKER: __, ...env } = process.env;
  const start = words("start").map((word) => (word.startsWith("bin/") ? join(root, word) : word));
  // Not in the checkout: a configuration that lies there would be taken.
  return spawn(process.execPath, start, {
    cwd: dataDir,
    env: { ...env, PORT: "0", MQTT_PORT: "0", DATA_DIR: dataDir },
    stdio: "ignore",
  });
}

async function sampled(
  pid: number,
  { minutes: length, note }: { minutes: number; note: (text: string) => void },
): Promise<MemorySample[]> {
  const samples: MemorySample[] = [];
  const start = systemClock.now();
  const end = later(start, minutes(length));
  for (let next = later(start, FIRST); next < end; next = later(next, EVERY)) {
    await sleep(systemClock, between(systemClock.now(), next));
    const minute = between(start, systemClock.now()) / minutes(1);
    const before = samples.at(-1)?.minute ?? 0;
    samples.push({ minute, mb: residentMb(pid) });
    if (Math.floor(minute / 10) > Math.floor(before / 10)) note(told(summarise(samples).per_10_minutes, before));
  }
  return samples;
}

const told = (spans: MemoryReport["per_10_minutes"], minute: number): string => {
  const span = spans.find(({ from_minute }) => from_minute === Math.floor(minute / 10) * 10);
  return `from minute ${span?.from_minute}: ${span?.min} to ${span?.max} MB, median ${span?.median}`;
};

/** The figures of a run: of the whole, and of each ten minutes, so that what grows can be seen. */
export function summarise(samples: readonly MemorySample[]): Pick<MemoryReport, "rss_mb" | "per_10_minutes"> {
  const whole = spread(samples);
  const spans = Map.groupBy(samples, ({ minute }) => Math.floor(minute / 10) * 10);
  return {
    rss_mb: {
      start: samples[0]?.mb ?? Number.NaN,
      median: whole.median,
      max: whole.max,
      end: samples.at(-1)?.mb ?? Number.NaN,
    },
    per_10_minutes: [...spans].map(([from_minute, of]) => ({ from_minute, ...spread(of) })),
  };
}

function spread(samples: readonly MemorySample[]): { min: number; median: number; max: number } {
  const sorted = samples.map(({ mb }) => mb).toSorted((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  return { min: at(0), median: at(Math.floor(sorted.length / 2)), max: at(sorted.length - 1) };
}

function residentMb(pid: number): number {
  const kb = fromProc(pid, "VmRSS");
  return kb ?? toMb(execSync(`ps -o rss= -p ${pid}`, { encoding: "utf8" }));
}

/** What Linux tells of a process; throws once it has ended. */
function fromProc(pid: number, name: "VmRSS" | "VmHWM"): number | undefined {
  if (process.platform !== "linux") return undefined;
  const line = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  if (line?.[1] === undefined) throw new Error("the program has ended by itself");
  return toMb(line[1]);
}

const toMb = (kb: string): number => Math.round(Number(kb) / 102.4) / 10;
