import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { Command } from "commander";
import { GreenroomError } from "#contract/errors.ts";
import { describeFault } from "#server/calendars/calendar-fault.ts";
import { type CalendarInstance, readCalendar } from "#server/calendars/read-calendar.ts";
import { ianaZone } from "#server/calendars/zones.ts";
import { print, printJson, run } from "./run.ts";

interface CalendarOptions {
  from?: string;
  to?: string;
  zone?: string;
  json?: boolean;
}

export const calendarCommand = (): Command =>
  new Command("calendar")
    .description(
      "What a calendar file becomes: its instances within a window, in UTC. Faults go to standard error, each with its line.",
    )
    .argument("<file>", "an iCalendar file (.ics, also gzipped), or - for standard input")
    .option("--from <time>", "from when on: 2026-11-23 or 2026-11-23T08:00:00Z (default: today)")
    .option("--to <time>", "until when (default: 14 days after --from)")
    .option("--zone <zone>", "the IANA zone of times that have none (default: the calendar's own, else UTC)")
    .option("--json", "print [{uid, start, end, summary, status, …}]")
    .addHelpText(
      "after",
      "\nExit codes: 0 read, perhaps with faults · 2 the file is no calendar, or an option is wrong",
    )
    .action(
      run((file: string, options: CalendarOptions) => {
        const from =
          options.from === undefined
            ? Temporal.Now.zonedDateTimeISO("UTC").startOfDay().toInstant()
            : parseBound(options.from, "--from");
        const to = options.to === undefined ? from.add({ hours: 14 * 24 }) : parseBound(options.to, "--to");
        if (Temporal.Instant.compare(from, to) >= 0)
          throw new GreenroomError("INPUT_INVALID", "--to must be after --from");
        if (options.zone !== undefined && ianaZone(options.zone) === undefined)
          throw new GreenroomError(
            "INPUT_INVALID",
            `--zone: "${options.zone}" is not an IANA time zone (for example Europe/Berlin)`,
          );
        const text = readText(file);
        const { instances, faults } = readCalendar(text, {
          from,
          to,
          ...(options.zone === undefined ? {} : { zone: options.zone }),
        });
        for (const fault of faults) process.stderr.write(`${file}: ${describeFault(fault)}\n`);
        if (!/^\s*BEGIN:(VCALENDAR|VEVENT)/im.test(text))
          throw new GreenroomError("CALENDAR_INVALID", `${file} is not a calendar: it has no BEGIN:VCALENDAR`);
        if (options.json === true) printJson(instances);
        else printTable(instances);
      }),
    );

function parseBound(text: string, option: string): Temporal.Instant {
  try {
    return /[Tt].*([zZ]|[+-]\d\d:?\d\d)$/.test(text)
      ? Temporal.Instant.from(text)
      : Temporal.PlainDateTime.from(text).toZonedDateTime("UTC").toInstant();
  } catch {
    throw new GreenroomError(
      "INPUT_INVALID",
      `${option}: "${text}" is not a time (2026-11-23 or 2026-11-23T08:00:00Z)`,
    );
  }
}

function readText(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file === "-" ? 0 : file);
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) bytes = gunzipSync(bytes, { maxOutputLength: 64 * 1024 * 1024 });
  } catch (error) {
    throw new GreenroomError("NOT_FOUND", `${file} cannot be read`, error);
  }
  return bytes.toString("utf8");
}

function printTable(instances: readonly CalendarInstance[]): void {
  for (const { start, end, status, summary, location } of instances)
    print(
      `${start.padEnd(20)}  ${end.padEnd(20)}  ${(status ?? "").padEnd(10)} ${summary}${location === undefined ? "" : `  (${location})`}`,
    );
  print(`${instances.length} instances`);
}
