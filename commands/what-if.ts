import { readFileSync } from "node:fs";
import { Command } from "commander";
import { parse } from "yaml";
import { GreenroomError, messageOf } from "#contract/errors.ts";
import { systemClock } from "#contract/system-clock.ts";
import { hours, type Instant, instant, parseInstant } from "#contract/units.ts";
import { AlertsConfig } from "#gateway/alerts/config.ts";
import { EngineConfig } from "#server/history/engine-config.ts";
import { print, printJson, run } from "./run.ts";
import { loadSettings } from "./settings.ts";
import { askPast } from "./what-if/ask-past.ts";
import { printPast } from "./what-if/print-past.ts";

interface WhatIfOptions {
  dataDir?: string;
  config?: string;
  site?: string;
  from: string;
  to?: string;
  rules?: string;
  warmUp: string;
  json?: boolean;
}

export const whatIfCommand = (): Command =>
  new Command("what-if")
    .description(
      "Runs a span of one's own recorded history through today's rules: what would we have been told, and when.",
    )
    .option("--data-dir <folder>", "where Greenroom keeps its data (DATA_DIR, ./data); only read, also while it runs")
    .option("--config <file>", "the configuration (greenroom.yaml where it exists): its history engine and its alerts")
    .option("--site <site>", "the site; the only one there is unless given")
    .requiredOption("--from <time>", "the first instant, RFC 3339 with its zone")
    .option("--to <time>", "the last; now unless given")
    .option("--rules <file>", "other rules: the `alerts` section of a configuration, YAML or JSON")
    .option("--warm-up <hours>", "so long before, so that the gateway knows its rooms; nothing of it is told", "24")
    .option("--json", "end with {messages, alerts, held, …}")
    .action(
      run(async (options: WhatIfOptions) => {
        const settings = loadSettings(options);
        const span = spanOf(options);
        const rules = options.rules === undefined ? (settings.alerts ?? {}) : readRules(options.rules);
        const result = await askPast({
          ...span,
          dataDir: settings.data_dir,
          engine: settings.history ?? EngineConfig.parse({ engine: "sqlite" }),
          rules,
          site: options.site,
          warmUp: hours(warmUpHours(options.warmUp)),
          ...(process.stderr.isTTY ? { onProgress: progress() } : {}),
        });
        if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
        if (options.json === true) printJson(result);
        else for (const line of printPast(result)) print(line);
      }),
    );

const input = (text: string): GreenroomError => new GreenroomError("INPUT_INVALID", text);

function spanOf({ from, to }: WhatIfOptions): { from: Instant; to: Instant } {
  const time = (name: string, text: string): Instant => {
    const at = parseInstant(text);
    if (at === undefined)
      throw input(`--${name}: "${text}" is not a time with its zone, like 2026-11-23T08:00:00+01:00`);
    return at;
  };
  const now = systemClock.now();
  const span = { from: time("from", from), to: to === undefined ? now : time("to", to) };
  if (span.from >= span.to) throw input("--from: must be before --to");
  if (span.to > now) throw input("--to: is in the future");
  return span;
}

function warmUpHours(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 24 * 30)) throw input("--warm-up: must be 0 to 720 hours");
  return value;
}

/** The `alerts` section by itself, or a whole configuration that has one. */
function readRules(file: string): AlertsConfig {
  let read: unknown;
  try {
    read = parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new GreenroomError("CONFIG_INVALID", `${file}: ${messageOf(error)}`, error);
  }
  const section: unknown = typeof read === "object" && read !== null && "alerts" in read ? read.alerts : read;
  const parsed = AlertsConfig.safeParse(section ?? {});
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `  - ${file}: ${path.join(".")}: ${message}`);
  throw new GreenroomError("CONFIG_INVALID", `the rules have faults:\n${faults.join("\n")}`);
}

const PROGRESS_EVERY = 600_000;

function progress(): (at: Instant) => void {
  let told = instant(0);
  return (at) => {
    if (at - told < PROGRESS_EVERY) return;
    told = at;
    process.stderr.write(`\r${new Date(at).toISOString().slice(0, 16)} `);
  };
}
