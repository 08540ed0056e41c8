import { readFileSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import { GreenroomError } from "#contract/errors.ts";
import { slug } from "#contract/ids.ts";
import type { Demo } from "#contract/messages/room.ts";
import { silentLog } from "#contract/log.ts";
import { startGateway } from "#gateway/main.ts";
import { NotifyConfig } from "#gateway/notify/config.ts";
import { describeFault } from "#server/calendars/calendar-fault.ts";
import { readCalendar } from "#server/calendars/read-calendar.ts";
import { type DataSetKind, dataSetKinds } from "#simulators/recorded/recorded.ts";
import type { DemosByRoom } from "#simulators/replay/demo-feed.ts";
import { type ReplayResult, runReplay } from "#simulators/replay/run-replay.ts";
import { startReplayScreen } from "./replay-screen.ts";
import { print, printJson, run } from "./run.ts";

interface ReplayOptions {
  data: string;
  calendar?: string;
  speed: number | "max";
  kind?: DataSetKind;
  rooms?: string[];
  json?: boolean;
}

export const replayCommand = (): Command =>
  new Command("replay")
    .description("Plays recorded data through the real pipeline and says what it finds.")
    .requiredOption("--data <folder>", "recorded data: a folder of room CSVs, plain or gzipped")
    .option("--calendar <file>", "an iCalendar file of demos; LOCATION names the room")
    .option(
      "--speed <n|max>",
      "recorded seconds per second, shown on the web meanwhile; max: as fast as it goes, without a web",
      parseSpeed,
      "max",
    )
    .addOption(new Option("--kind <kind>", "force the format of the data").choices([...dataSetKinds]))
    .option("--rooms <room...>", "only these rooms")
    .option("--json", "end with {rooms, readings, findings, precision, recall, …}")
    .action(
      run(async (options: ReplayOptions) => {
        const demos = options.calendar === undefined ? undefined : readDemos(options.calendar);
        const common = {
          data: options.data,
          ...(options.kind === undefined ? {} : { kind: options.kind }),
          ...(options.rooms === undefined ? {} : { rooms: options.rooms }),
          ...(demos === undefined ? {} : { demos }),
        };
        if (options.speed !== "max") {
          await startReplayScreen({ ...common, speed: options.speed });
          return;
        }
        const result = await runReplay({
          ...common,
          speed: "max",
          startGateway: ({ bus, clock }) =>
            startGateway({ bus, clock, log: silentLog, notify: NotifyConfig.parse({}) }),
          ...(process.stderr.isTTY
            ? {
                onProgress: ({ at, readings, findings }) =>
                  void process.stderr.write(
                    `\r${new Date(at).toISOString().slice(0, 16)}  ${readings} readings, ${findings} findings `,
                  ),
              }
            : {}),
        });
        if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
        if (options.json === true) printJson(result);
        else printResult(result);
      }),
    );

function parseSpeed(text: string): number | "max" {
  if (text === "max") return "max";
  const speed = Number(text);
  if (!(speed > 0 && speed <= 1e6)) throw new InvalidArgumentError("must be max or a number above 0");
  return speed;
}

/** Demos from a calendar, by the room that LOCATION names. */
export function readDemos(file: string): DemosByRoom {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new GreenroomError("NOT_FOUND", `${file} cannot be read`, error);
  }
  const { instances, faults } = readCalendar(text, {
    from: Temporal.Instant.from("1970-01-01T00:00:00Z"),
    to: Temporal.Instant.from("2100-01-01T00:00:00Z"),
  });
  for (const fault of faults) process.stderr.write(`${file}: ${describeFault(fault)}\n`);
  const demos = new Map<string, Demo[]>();
  for (const { uid, start, end, summary, status, location, all_day } of instances) {
    const room = slug((location ?? "").replace(/^room\s+/i, ""));
    if (room === "" || all_day || status === "CANCELLED") continue;
    const demo: Demo = { id: slug(`${uid}-${start}`), title: summary, start, end, arrival: start, needs: {} };
    const list = demos.get(room);
    if (list === undefined) demos.set(room, [demo]);
    else list.push(demo);
  }
  return demos;
}

function printResult(result: ReplayResult): void {
  for (const { room, metric, kind, from, to } of result.findings)
    print(`${room.padEnd(10)} ${metric.padEnd(14)} ${kind.padEnd(16)} ${from} … ${to ?? "until the end"}`);
  for (const { cause, rooms, from, to } of result.outages)
    print(`One cause for ${rooms} rooms: ${cause}, ${from} … ${to}`);
  print(
    `\n${result.rooms} rooms, ${result.readings} readings in ${result.seconds.toFixed(1)} s: ${result.findings.length} findings, ${result.alerts} alerts, ${result.verdict_changes} changes of verdict.`,
  );
  if (result.precision !== null && result.recall !== null)
    print(`Against the known faults: precision ${result.precision.toFixed(3)}, recall ${result.recall.toFixed(3)}.`);
}
