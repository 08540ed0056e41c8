import { writeSync } from "node:fs";
import type { Clock } from "#contract/clock.ts";
import type { Log } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import { instant, millis, rfc3339, type Millis } from "#contract/units.ts";
import { loadEdgeConfig, startEdge } from "../main.ts";

/**
 * An agent in a process of its own, for tests that kill it: `node agent-process.ts CONFIG SPEED [MUTE]`. Its time runs SPEED
 * times as fast. Writes a line of JSON for each reading that is safe, and for its figures ten times a second.
 */
const [, , file = "", speedText = "1", mute = ""] = process.argv;
const speed = Number(speedText);
const startedAt = systemClock.now();
const scaled = (span: Millis): Millis => millis(span / speed);
const clock: Clock = {
  now: () => instant(startedAt + Math.round((systemClock.now() - startedAt) * speed)),
  after: (delay, task) => systemClock.after(scaled(delay), task),
  every: (period, task) => systemClock.every(scaled(period), task),
};
const say = (line: object): void => {
  writeSync(1, `${JSON.stringify(line)}\n`);
};
const told =
  (level: string) =>
  (fields: object, text: string): void =>
    say({ log: level, text, ...fields });
const log: Log = { debug: () => {}, info: told("info"), warn: told("warn"), error: told("error") };

const edge = await startEdge({
  config: await loadEdgeConfig(file),
  clock,
  log,
  ...(mute === "" ? { onKept: ({ seq, at }) => say({ kept: `${edge.boot} ${seq}`, at: rfc3339(at) }) } : {}),
});
systemClock.every(millis(100), () => {
  const { user, system } = process.cpuUsage();
  say({ stats: edge.stats(), rss: process.memoryUsage().rss, cpuMs: (user + system) / 1_000 });
});
process.once("SIGTERM", () => {
  void (async () => {
    await edge.stop();
    process.exit(0);
  })();
});
