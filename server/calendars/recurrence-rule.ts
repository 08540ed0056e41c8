import { RRuleTemporal } from "rrule-temporal";

type Local = Temporal.PlainDateTime;
type Freq = "YEARLY" | "MONTHLY" | "WEEKLY" | "DAILY" | "HOURLY" | "MINUTELY" | "SECONDLY";

/** A recurrence rule (RFC 5545 §3.3.10), read but not yet applied. */
export interface RecurrenceRule {
  freq: Freq;
  interval: number;
  count?: number;
  /** As written: `20240331`, `20240331T100000` or with a final Z. */
  until?: string;
  lists: Readonly<Record<string, readonly string[]>>;
  wkst?: string;
}

const FREQS: readonly string[] = ["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"];
const WEEKDAYS: readonly string[] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
/** Allowed magnitudes of list parts; a sign is allowed where the third says so. */
const LISTS: Readonly<Record<string, readonly [low: number, high: number, signed: boolean]>> = {
  BYSECOND: [0, 60, false],
  BYMINUTE: [0, 59, false],
  BYHOUR: [0, 23, false],
  BYMONTHDAY: [1, 31, true],
  BYYEARDAY: [1, 366, true],
  BYWEEKNO: [1, 53, true],
  BYMONTH: [1, 12, false],
  BYSETPOS: [1, 366, true],
};

/** Reads a rule. What it does not understand is left out and told; without a usable FREQ there is no rule. */
export function parseRecurrenceRule(text: string): { rule?: RecurrenceRule; faults: string[] } {
  const faults: string[] = [];
  const lists: Record<string, string[]> = {};
  let freq: Freq | undefined;
  let interval = 1;
  let rest: Pick<RecurrenceRule, "count" | "until" | "wkst"> = {};
  for (const part of text.split(";")) {
    const [rawName = "", value = ""] = part.split("=", 2).map((each) => each.trim());
    const name = rawName.toUpperCase();
    if (part.trim() === "") continue;
    if (name === "FREQ" && FREQS.includes(value.toUpperCase())) freq = value.toUpperCase() as Freq;
    else if (name === "INTERVAL" && /^\d{1,6}$/.test(value) && Number(value) > 0) interval = Number(value);
    else if (name === "COUNT" && /^\d{1,9}$/.test(value) && Number(value) > 0) rest = { ...rest, count: Number(value) };
    else if (name === "UNTIL" && /^\d{8}(T\d{6}Z?)?$/.test(value)) rest = { ...rest, until: value };
    else if (name === "WKST" && WEEKDAYS.includes(value.toUpperCase())) rest = { ...rest, wkst: value.toUpperCase() };
    else if (
      name === "BYDAY" &&
      value.split(",").every((day) => /^[+-]?\d{0,2}(MO|TU|WE|TH|FR|SA|SU)$/i.test(day.trim()))
    )
      lists[name] = value.split(",").map((day) => day.trim().toUpperCase());
    else if (
      LISTS[name] !== undefined &&
      value.split(",").every((each) => fits(each.trim(), LISTS[name] as readonly [number, number, boolean]))
    )
      lists[name] = value.split(",").map((each) => each.trim());
    else if (!name.startsWith("X-")) faults.push(`recurrence rule: "${part}" is not understood and left out`);
  }
  if (freq === undefined)
    return { faults: [...faults, "recurrence rule: no usable FREQ; only the first instance is taken"] };
  return { rule: { freq, interval, lists, ...rest }, faults };
}

const fits = (text: string, [low, high, signed]: readonly [number, number, boolean]): boolean =>
  /^[+-]?\d{1,3}$/.test(text) &&
  (signed || !text.startsWith("-")) &&
  Math.abs(Number(text)) >= low &&
  Math.abs(Number(text)) <= high;

/** Bounds on one series, so that a hostile rule costs a bounded time. */
const MOST_STEPS = 100_000;
/** Instances that are generated of one series before it is cut. */
export const MOST_INSTANCES = 20_000;
const INSTANCES_A_CHUNK = 4_000;
const MOST_CHUNKS = 2_000;

const PERIOD_S: Readonly<Record<Freq, number>> = {
  SECONDLY: 1,
  MINUTELY: 60,
  HOURLY: 3_600,
  DAILY: 86_400,
  WEEKLY: 604_800,
  MONTHLY: 2_592_000,
  YEARLY: 31_536_000,
};
/** Most instances that lists add to one period of the rule. */
const lengthOf = (rule: RecurrenceRule, name: string): number => rule.lists[name]?.length ?? 1;

/** A span in which the rule yields a few thousand instances at most. */
function chunkSeconds(rule: RecurrenceRule): number {
  const perPeriod =
    lengthOf(rule, "BYHOUR") *
    lengthOf(rule, "BYMINUTE") *
    lengthOf(rule, "BYSECOND") *
    (PERIOD_S[rule.freq] > 86_400 ? PERIOD_S[rule.freq] / 86_400 : 1);
  return Math.max(3_600, Math.floor((PERIOD_S[rule.freq] * rule.interval * INSTANCES_A_CHUNK) / perPeriod));
}

/** A rule for whole days: BYHOUR, BYMINUTE and BYSECOND are to be ignored there (RFC 5545 §3.3.10). */
export function forDays(rule: RecurrenceRule): RecurrenceRule {
  const { BYHOUR: _hours, BYMINUTE: _minutes, BYSECOND: _seconds, ...lists } = rule.lists;
  return { ...rule, lists };
}

const asUtc = (local: Local): Temporal.ZonedDateTime => local.toZonedDateTime("UTC");

/**
 * The wall times of a rule within a window, in order, DTSTART itself not added. The rule runs on wall times as if they were
 * UTC, so that clock changes are decided by the caller, once. COUNT and UNTIL are the caller's, too: they need instants.
 * Throws a RangeError when the rule needs more steps than any real calendar.
 */
export function* wallTimes(rule: RecurrenceRule, start: Local, from: Local, to: Local): Generator<Local> {
  const engine = new RRuleTemporal({
    freq: rule.freq,
    interval: rule.interval,
    dtstart: asUtc(start),
    tzid: "UTC",
    includeDtstart: false,
    maxIterations: MOST_STEPS,
    cache: false,
    ...partsOf(rule),
  });
  const step = { seconds: chunkSeconds(rule) };
  let lower = Temporal.PlainDateTime.compare(from, start) < 0 ? start : from;
  for (let chunk = 0; Temporal.PlainDateTime.compare(lower, to) < 0; chunk++) {
    if (chunk > MOST_CHUNKS)
      throw new RangeError(`the recurrence rule needs too many steps; it was followed until ${lower.toString()}`);
    const next = lower.add(step);
    const upper = Temporal.PlainDateTime.compare(next, to) < 0 ? next : to;
    for (const found of engine.between(asUtc(lower), asUtc(upper), true)) {
      const local = Temporal.PlainDateTime.from(found.toString().slice(0, 19));
      if (Temporal.PlainDateTime.compare(local, upper) < 0) yield local;
    }
    lower = upper;
  }
}

function partsOf(rule: RecurrenceRule): object {
  const numbers = Object.entries(CAMEL).flatMap(([name, camel]) =>
    rule.lists[name] === undefined ? [] : [[camel, rule.lists[name].map(Number)] as const],
  );
  return {
    ...Object.fromEntries(numbers),
    ...(rule.lists["BYDAY"] === undefined ? {} : { byDay: [...rule.lists["BYDAY"]] }),
    ...(rule.wkst === undefined ? {} : { wkst: rule.wkst }),
  };
}

const CAMEL: Readonly<Record<string, string>> = {
  BYSECOND: "bySecond",
  BYMINUTE: "byMinute",
  BYHOUR: "byHour",
  BYMONTHDAY: "byMonthDay",
  BYYEARDAY: "byYearDay",
  BYWEEKNO: "byWeekNo",
  BYMONTH: "byMonth",
  BYSETPOS: "bySetPos",
};
