import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { calendarCommand } from "./calendar.ts";

const dir = mkdtempSync(join(tmpdir(), "greenroom-calendar-"));
afterAll(() => rmSync(dir, { recursive: true }));

const ICS = [
  "BEGIN:VCALENDAR",
  "VERSION:2.0",
  "PRODID:-//test//",
  "BEGIN:VEVENT",
  "UID:daily",
  "DTSTAMP:20261101T000000Z",
  "DTSTART:20261123T090000",
  "DURATION:PT1H",
  "RRULE:FREQ=DAILY;COUNT=5",
  "SUMMARY:Demo",
  "END:VEVENT",
  "END:VCALENDAR",
  "",
].join("\r\n");

let out = "";
let err = "";
beforeEach(() => {
  out = err = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => ((out += String(text)), true));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => ((err += String(text)), true));
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** Runs the verb on a calendar; gives its exit code. */
async function calendar(content: string | Buffer, ...options: string[]): Promise<number> {
  const file = join(dir, "feed.ics");
  writeFileSync(file, content);
  await calendarCommand().parseAsync(["node", "calendar", file, ...options]);
  return Number(process.exitCode ?? 0);
}
const starts = (): string[] => (JSON.parse(out) as { start: string }[]).map(({ start }) => start);

describe("greenroom calendar", () => {
  it("prints the instances within its bounds, the later one exclusive", async () => {
    expect(await calendar(ICS, "--from", "2026-11-24", "--to", "2026-11-26", "--json")).toBe(0);
    expect(starts()).toEqual(["2026-11-24T09:00:00Z", "2026-11-25T09:00:00Z"]);
  });

  it("takes bounds with a zone, and the zone of times that have none", async () => {
    await calendar(
      ICS,
      "--from",
      "2026-11-24T09:00:00+01:00",
      "--to",
      "2026-11-24T10:00:00+01:00",
      "--zone",
      "Europe/Berlin",
      "--json",
    );
    expect(starts()).toEqual(["2026-11-24T08:00:00Z"]);
  });

  it("looks two weeks ahead from its beginning when no end is named, and reads gzip", async () => {
    expect(await calendar(gzipSync(ICS), "--from", "2026-11-20", "--json")).toBe(0);
    expect(starts()).toHaveLength(5);
  });

  it.each([
    [["--from", "soon"], "--from"],
    [["--to", "2026-99-99"], "--to"],
    [["--from", "2026-11-25", "--to", "2026-11-25"], "--to must be after --from"],
    [["--zone", "Mars/Base"], "Mars/Base"],
  ])("refuses %j with what is wrong and exit code 2", async (options, told) => {
    expect(await calendar(ICS, ...options)).toBe(2);
    expect(err).toContain(told);
    expect(out).toBe("");
  });

  it("refuses what is no calendar, and a file that is not there", async () => {
    expect(await calendar("<html>", "--json")).toBe(2);
    expect(err).toContain("CALENDAR_INVALID");
    await calendarCommand().parseAsync(["node", "calendar", join(dir, "none.ics")]);
    expect(err).toContain("none.ics cannot be read");
  });

  it("names the line of a fault on standard error and prints the rest", async () => {
    const broken = ICS.replace("DURATION:PT1H", "DURATION:banana");
    expect(await calendar(broken, "--from", "2026-11-23", "--json")).toBe(0);
    expect(err).toMatch(/feed\.ics: .*8/);
    expect(starts()).toHaveLength(5);
  });
});
