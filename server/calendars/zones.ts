import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { CalendarFault } from "./calendar-fault.ts";
import { type Component, propertiesOf, propertyOf } from "./components.ts";
import { parseRecurrenceRule, wallTimes } from "./recurrence-rule.ts";
import { definedZone, namedZone, type Transition, utc, type Zone } from "./zone.ts";

/** Windows zone names and Outlook display names → IANA, as node-ical ships them (from CLDR). */
const nodeIcal = dirname(createRequire(import.meta.url).resolve("node-ical"));
const windowsZones = JSON.parse(readFileSync(join(nodeIcal, "windowsZones.json"), "utf8")) as Record<
  string,
  { iana: string[] }
>;
const windowsByKey = new Map(Object.entries(windowsZones).map(([name, { iana }]) => [keyOf(name), iana[0]]));

/** Names that mean the same to a person: spelling of "and", punctuation and the UTC/GMT prefix are not looked at. */
function keyOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/^\((utc|gmt)[^)]*\)/, "")
    .replaceAll("&", "and")
    .replaceAll(/[^a-z0-9]+/g, "");
}

/** Finds zones by the names that calendars use: IANA, the file's own VTIMEZONE, Windows, Outlook display names, plain offsets. */
export class Zones {
  readonly #defined: ReadonlyMap<string, Component>;
  readonly #found = new Map<string, Zone | undefined>();
  readonly #faults: CalendarFault[];
  readonly floating: Zone;

  constructor(definitions: readonly Component[], floating: Zone, faults: CalendarFault[]) {
    this.#defined = new Map(
      definitions.flatMap((each) => propertiesOf(each, "TZID").map(({ value }) => [cleaned(value), each] as const)),
    );
    for (const each of definitions) {
      const [, again] = propertiesOf(each, "TZID");
      if (again !== undefined)
        faults.push({
          line: again.line,
          where: "VTIMEZONE",
          why: "has several TZIDs; each of them is taken as its name",
        });
    }
    this.#faults = faults;
    this.floating = floating;
  }

  /** The zone of a TZID; an unknown one is told once, with its line, and times in it float. */
  find(tzid: string, line: number): Zone {
    const name = cleaned(tzid);
    if (name === "" && !this.#found.has(name))
      this.#faults.push({ line, where: "TZID", why: `is empty; such times are taken as ${this.floating.name}` });
    if (name === "") {
      this.#found.set(name, this.floating);
      return this.floating;
    }
    if (!this.#found.has(name)) {
      const zone = this.#lookUp(name, line);
      if (zone === undefined)
        this.#faults.push({
          line,
          where: `TZID ${name}`,
          why: `is neither a known time zone nor defined in the file; its times are taken as ${this.floating.name}`,
        });
      this.#found.set(name, zone);
    }
    return this.#found.get(name) ?? this.floating;
  }

  #lookUp(name: string, line: number): Zone | undefined {
    const iana = ianaZone(name);
    if (iana !== undefined) return iana;
    const defined = this.#defined.get(name);
    if (defined !== undefined) {
      const zone = zoneOf(name, defined);
      if (zone !== undefined) return zone;
      this.#faults.push({
        line: defined.line,
        where: `VTIMEZONE ${name}`,
        why: `cannot be used (its offsets or starts are unreadable); line ${line} needs it`,
      });
    }
    const windows = windowsByKey.get(keyOf(name));
    return (windows === undefined ? undefined : ianaZone(windows)) ?? offsetZone(name) ?? endsInIana(name);
  }
}

const cleaned = (tzid: string): string => tzid.trim().replaceAll("\\,", ",").replaceAll(/^"|"$/g, "");

export function ianaZone(name: string): Zone | undefined {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(name)) return undefined;
  if (/^(utc|gmt|z|etc\/utc)$/i.test(name)) return utc;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return namedZone(name);
  } catch {
    return undefined;
  }
}

/** `UTC+01`, `GMT-0530`, `UTC+11:00`. */
function offsetZone(name: string): Zone | undefined {
  const [, sign, hours, minutes] = /^\(?(?:UTC|GMT)\s*([+-])(\d{1,2}):?(\d{2})?\)?/i.exec(name) ?? [];
  if (sign === undefined || Number(hours) > 18) return undefined;
  const offset = (sign === "-" ? -1 : 1) * (Number(hours) * 3600 + Number(minutes ?? 0) * 60);
  return definedZone(name, offset, () => []);
}

/** `/freeassociation.sourceforge.net/Europe/Berlin`, `custom_America/New_York`: globally unique ids end in the place. */
function endsInIana(name: string): Zone | undefined {
  const [place] =
    /[A-Za-z]+\/[A-Za-z_]+(?:\/[A-Za-z_]+)?$/.exec(
      name.replace(/^.*?(?=(Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific)\/)/, ""),
    ) ?? [];
  return place === undefined ? undefined : ianaZone(place);
}

interface Observance {
  start: Temporal.PlainDateTime;
  from_s: number;
  to_s: number;
  rules: string[];
  extra: Temporal.PlainDateTime[];
}

/** A zone from the file's own VTIMEZONE. */
function zoneOf(name: string, component: Component): Zone | undefined {
  const observances = component.children
    .filter((child) => child.name === "STANDARD" || child.name === "DAYLIGHT")
    .map(observanceOf);
  if (observances.length === 0 || observances.includes(undefined)) return undefined;
  const known = observances as Observance[];
  const first = known.toSorted((a, b) => Temporal.PlainDateTime.compare(a.start, b.start))[0] as Observance;
  const cache = new Map<number, readonly Transition[]>();
  return definedZone(name, known.length === 1 ? first.to_s : first.from_s, (year) => {
    let found = cache.get(year);
    if (found === undefined) {
      found = known.flatMap((each) => onsets(each, year)).toSorted((a, b) => a.at_s - b.at_s);
      cache.set(year, found);
    }
    return found;
  });
}

function observanceOf(component: Component): Observance | undefined {
  const start = plainOf(propertyOf(component, "DTSTART")?.value ?? "");
  const from_s = secondsOf(propertyOf(component, "TZOFFSETFROM")?.value ?? "");
  const to_s = secondsOf(propertyOf(component, "TZOFFSETTO")?.value ?? "");
  if (start === undefined || from_s === undefined || to_s === undefined) return undefined;
  const extra = propertiesOf(component, "RDATE").flatMap(({ value }) => value.split(",").map((each) => plainOf(each)));
  return {
    start,
    from_s,
    to_s,
    rules: propertiesOf(component, "RRULE").map(({ value }) => value),
    extra: extra.filter((each) => each !== undefined),
  };
}

/** The changes of one observance from two years before `year` to one after, and its very first. */
function onsets(observance: Observance, year: number): Transition[] {
  const { start, rules, extra, from_s, to_s } = observance;
  const found = [start, ...extra];
  for (const text of rules) {
    const { rule } = parseRecurrenceRule(text);
    if (rule === undefined) continue;
    // Yearly rules repeat: start near the year, not in 1601, so that the cost does not depend on the century.
    const near =
      rule.freq === "YEARLY" && rule.interval === 1 && rule.count === undefined && start.year < year - 3
        ? start.with({ year: year - 3 })
        : start;
    const until_s =
      rule.until === undefined
        ? Infinity
        : (plainOf(rule.until)?.toZonedDateTime("UTC").epochMilliseconds ?? Infinity) / 1000;
    const bound = Temporal.PlainDateTime.from({ year: year + 2, month: 1, day: 1 });
    for (const local of wallTimes(
      rule,
      near,
      Temporal.PlainDateTime.from({ year: year - 2, month: 1, day: 1 }),
      bound,
    )) {
      if (local.toZonedDateTime("UTC").epochMilliseconds / 1000 - from_s <= until_s) found.push(local);
    }
  }
  return found.map((local) => ({
    at_s: local.toZonedDateTime("UTC").epochMilliseconds / 1000 - from_s,
    offset_s: to_s,
  }));
}

function plainOf(text: string): Temporal.PlainDateTime | undefined {
  const [, y, mo, d, h = "00", mi = "00", s = "00"] =
    /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z?)?$/.exec(text.trim()) ?? [];
  if (y === undefined) return undefined;
  try {
    return Temporal.PlainDateTime.from(
      { year: Number(y), month: Number(mo), day: Number(d), hour: Number(h), minute: Number(mi), second: Number(s) },
      { overflow: "reject" },
    );
  } catch {
    return undefined;
  }
}

function secondsOf(text: string): number | undefined {
  const [, sign, h, m, s] = /^([+-])(\d\d)(\d\d)(\d\d)?$/.exec(text.trim()) ?? [];
  return sign === undefined
    ? undefined
    : (sign === "-" ? -1 : 1) * (Number(h) * 3600 + Number(m) * 60 + Number(s ?? 0));
}
