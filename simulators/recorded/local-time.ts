import { instant, type Instant } from "#contract/units.ts";

const SHAPE = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d?):(\d\d)(?::(\d\d)(?:\.\d+)?)? ?(Z|[+-]\d\d:\d\d)?$/;

/** Reads times of recordings: with an offset it rules; without one they are in the given zone. */
export function localTimeReader(zone: string): (text: string) => Instant | undefined {
  const offsetOf = zone === "UTC" ? () => 0 : hourlyOffsets(zone);
  return (text) => {
    const m = SHAPE.exec(text);
    if (m === null) return undefined;
    const [month, day, hour, minute, second] = [m[2], m[3], m[4], m[5], m[6] ?? "0"].map(Number) as [
      number,
      number,
      number,
      number,
      number,
    ];
    if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return undefined;
    const wall = Date.UTC(Number(m[1]), month - 1, day, hour, minute, second);
    const offset = m[7];
    return instant(wall - (offset === undefined ? offsetOf(wall) : parseOffset(offset)));
  };
}

function parseOffset(text: string): number {
  if (text === "Z") return 0;
  const [hours, minutes] = text.slice(1).split(":").map(Number) as [number, number];
  return (text.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

const HOUR_MS = 3_600_000;

/** The zone's offset at a wall-clock time. Clocks change on the hour, so one look-up an hour is enough. */
function hourlyOffsets(zone: string): (wall: number) => number {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
    hourCycle: "h23",
  });
  const offsetAt = (utc: number): number => {
    const part = Object.fromEntries(format.formatToParts(utc).map((p) => [p.type, Number(p.value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second) - utc;
  };
  let cachedHour = NaN;
  let cached = 0;
  return (wall) => {
    const hour = Math.floor(wall / HOUR_MS);
    if (hour === cachedHour) return cached;
    cachedHour = hour;
    const guess = offsetAt(hour * HOUR_MS);
    cached = offsetAt(hour * HOUR_MS - guess);
    return cached;
  };
}
