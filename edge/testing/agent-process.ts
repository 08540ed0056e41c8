import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Bus } from "#contract/bus.ts";
import type { Clock } from "#contract/clock.ts";
import type { Log } from "#contract/log.ts";
import { type MqttBusOptions, startMqttBus } from "#contract/mqtt-bus.ts";
import { systemClock } from "#contract/system-clock.ts";
import { instant, millis, rfc3339, type Millis } from "#contract/units.ts";
import { loadEdgeConfig, startEdge } from "../main.ts";
import { JumpingClock } from "./jumping-clock.ts";

/**
 * An agent in a process of its own, for tests that kill it: `node agent-process.ts CONFIG SPEED [SINCE]`. Its time runs SPEED
 * times as fast since SINCE (ms; its start where absent). Takes `jump MS` on standard input, which sets its clock. Writes a line of JSON
 * for each reading that is safe, with when it truly was, and for its figures ten times a second.
 */
const [, , file = "", speedText = "1", since = String(systemClock.now())] = process.argv;
const speed = Number(speedText);
const begin = instant(Number(since));
const scaled = (span: Millis): Millis => millis(span / speed);
const truth: Clock = {
  now: () => instant(begin + Math.round((systemClock.now() - begin) * speed)),
  after: (delay, task) => systemClock.after(scaled(delay), task),
  every: (period, task) => systemClock.every(scaled(period), task),
};
const clock = new JumpingClock(truth);
const uptime = (): Millis => millis(truth.now() - begin);
const say = (line: object): void => {
  writeSync(1, `${JSON.stringify(line)}\n`);
};
const told =
  (level: string) =>
  (fields: object, text: string): void =>
    say({ log: level, text, ...fields });
const log: Log = { debug: () => {}, info: told("info"), warn: told("warn"), error: told("error") };

let acknowledged = 0;
/** Of readings that did not wait in the outbox, in real time. */
let slowestLiveMs = 0;

/** Counts what the broker has acknowledged. */
async function makeBus(options: MqttBusOptions): Promise<Bus> {
  const bus = await startMqttBus(options);
  const publish = bus.publish.bind(bus);
  bus.publish = async (topic, payload, more) => {
    const sentAt = performance.now();
    await publish(topic, payload, more);
    if (!topic.endsWith("/reading")) return;
    acknowledged += 1;
    const isLate = typeof payload === "string" && payload.endsWith('"late":true}');
    if (!isLate) slowestLiveMs = Math.max(slowestLiveMs, performance.now() - sentAt);
  };
  return bus;
}

/** In one file by itself nothing waits at the top. */
async function main(): Promise<void> {
  const edge = await startEdge({
    config: await loadEdgeConfig(file),
    clock,
    uptime,
    machine: since,
    log,
    makeBus,
    onKept: ({ seq, at, up = millis(0) }) =>
      say({ kept: `${edge.boot} ${seq}`, at: rfc3339(at), truly: rfc3339(instant(begin + Math.round(up))) }),
  });
  systemClock.every(millis(100), () => {
    const { user, system } = process.cpuUsage();
    const rss = process.memoryUsage().rss;
    say({ stats: { ...edge.stats(), acknowledged, slowestLiveMs }, rss, cpuMs: (user + system) / 1_000 });
  });
  createInterface({ input: process.stdin }).on("line", (line) => {
    const [word, by] = line.split(" ");
    if (word === "jump") clock.jump(Number(by));
  });
  process.once("SIGTERM", () => {
    void (async () => {
      await edge.stop();
      say({ stats: { ...edge.stats(), acknowledged, slowestLiveMs } });
      process.exit(0);
    })();
  });
}

void main();
