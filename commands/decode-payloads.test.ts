import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { metrics as registry } from "#contract/metrics.ts";
import { AnyTranslator } from "#gateway/translate/translators.ts";
import { type Decoded, decodeLine } from "./decode.ts";

/** Real payloads with what they must become. They lie beside the project, under licences of their own. */
const FOLDER = new URL("../../shared/payloads/", import.meta.url);
const isHere = existsSync(FOLDER);
const files = isHere ? readdirSync(FOLDER).filter((name) => name.endsWith(".jsonl")) : [];

/** A line that takes a record which the thermostat kept for its present (27.3): a kept record is never the present. */
const KEPT = /Milesight WT201, raw bytes/;

interface Line {
  topic: string;
  note?: string;
  invalid?: boolean;
  expect?: Record<string, unknown>;
}

/** What the collection calls otherwise than the registry does. */
const NAMES: Readonly<Record<string, string>> = {
  occupancy: "occupied",
  contact_open: "door_open",
  link_quality: "link_quality_lqi",
  power_on: "switched_on",
  tvoc_ppb: "voc_ppb",
  sound_db: "noise_dba",
  power: "power_state",
  video_mute: "picture_muted",
  frozen: "picture_frozen",
  filter_h: "filter_hours_h",
  ups_minutes: "runtime_left_min",
  mic_muted: "microphone_muted",
  cool_setpoint_c: "setpoint_c",
  cool_demand_pct: "cooling_pct",
  signal: "signal_present",
  sound_db_now: "sound_now_dba",
};

type Answer = Extract<Decoded, { translator: string }>;
type Values = Readonly<Record<string, unknown>>;
const merged = (answer: Answer): Values =>
  Object.assign({}, ...answer.readings.map(({ metrics }) => metrics)) as Values;
const of = (answer: Answer, suffix: string): Values =>
  answer.readings.find(({ device }) => device.endsWith(suffix))?.metrics ?? {};
const states = (answer: Answer, state: string): boolean => answer.states?.some((word) => word.state === state) === true;
const says = (answer: Answer): Values => answer.says ?? {};
const entries = (value: unknown): [string, unknown][] => Object.entries(value as object);

function isClose(got: unknown, wanted: unknown): boolean {
  return typeof got === "number" && typeof wanted === "number"
    ? Math.abs(got - wanted) < 0.006
    : JSON.stringify(got) === JSON.stringify(wanted);
}

/** The parts of PJLink's error report, as the collection calls them. */
const PARTS = { fan: "fan", lamp: "lamp", temperature: "thermal", cover: "cover", filter: "filter", other: "other" };

/** How an expectation that is no plain metric shows in what was decoded. */
const others: Readonly<Record<string, (answer: Answer, value: unknown) => boolean>> = {
  ts: (answer, value) =>
    [says(answer)["device_time"], ...answer.readings.map(({ at }) => at)].every(
      (at) => typeof at !== "string" || Date.parse(at) === Date.parse(String(value).replace(/(\.\d{3})\d+/, "$1")),
    ),
  online: (answer, value) =>
    "online" in says(answer)
      ? says(answer)["online"] === value
      : states(answer, value === true ? "online" : "offline") || (value === true && states(answer, "sleeping")),
  bridge_online: (answer, value) => states(answer, value === true ? "online" : "unknown"),
  event: (answer, value) =>
    says(answer)["event"] === value ||
    (value === "device_leave" && states(answer, "removed")) ||
    (value === "join" && states(answer, "online")) ||
    // Buttons and the like: nothing that is watched.
    (answer.says === undefined && value !== "device_leave" && value !== "join"),
  device: (answer, value) => answer.states?.some((word) => word.device === value) === true,
  ambiguous: (answer) => answer.readings.some(({ doubt }) => doubt !== undefined),
  clock_unset: (answer) => answer.readings.every(({ at }) => at === undefined),
  sleep_s: (answer, value) =>
    answer.states?.some((word) => word.state === "sleeping" && word.interval_s === value) === true,
  switch1: (answer, value) => of(answer, "/Switch1")["switched_on"] === value,
  switch2: (answer, value) => of(answer, "/Switch2")["switched_on"] === value,
  outlets: (answer, value) =>
    "outlets" in says(answer)
      ? isClose(says(answer)["outlets"], value)
      : entries(value).every(
          ([number, on]) => (number === "0" ? merged(answer) : of(answer, `/POWER${number}`))["switched_on"] === on,
        ),
  probes: (answer, value) =>
    entries(value).every(([id, degrees]) => isClose(of(answer, `/${id}`)["temperature_c"], degrees)),
  devices: (answer, value) =>
    entries(value).every(
      ([id, all]) =>
        answer.readings.length === entries(value).length &&
        entries(all).every(([name, each]) => isClose(of(answer, `/${id}`)[name], each)),
    ),
  desks: (answer, value) =>
    entries(value).every(([id, occupied]) =>
      occupied === null
        ? answer.readings.every(({ device }) => device !== `desk/${id}`)
        : of(answer, `/${id}`)["occupied"] === occupied,
    ),
  announces: () => true,
  // Homie 5 describes; the values come on topics of their own. An energy has its unit in its name here.
  discovers: (answer, value) =>
    !("discovers" in says(answer)) ||
    (says(answer)["discovers"] ?? null) === (value === "energy" ? "energy_kwh" : value),
  ready: (answer) => states(answer, "online"),
  sleeping: (answer) => states(answer, "sleeping"),
  bdSeq: () => true,
  dev_eui: (answer, value) => answer.readings.every(({ device }) => device === value),
  gap: (answer) => (answer.asks?.length ?? 0) > 0,
  ignore: (answer) => answer.states === undefined && answer.readings.length === 0,
  historical: (answer) => answer.readings.length > 0 && answer.readings.every(({ historical }) => historical === true),
  host_online: (answer) => answer.states === undefined,
  gateway_online: (answer, value) => states(answer, value === true ? "online" : "offline"),
  signal_pct: () => true,
  // Only one of the two is the room's: the unfiltered.
  co2_ppm_filtered: () => true,
  signal: (answer, value) => isClose(says(answer)["signal"], value),
  error: (answer, value) =>
    value === true ? typeof says(answer)["error"] === "string" : says(answer)["error"] === value,
  fault: (answer, value) =>
    value === true
      ? says(answer)["fault"] === true
      : String(says(answer)["fault"]).startsWith(String(value)) && answer.readings.length < 2,
  errors: (answer, value) =>
    entries(PARTS).every(
      ([part, name]) => merged(answer)[`${String(name)}_health`] === ((value as Values)[part] ?? "ok"),
    ),
};

/** Null: it is not known, and so it is not told. */
function isMet(answer: Answer, key: string, value: unknown): boolean {
  const other = others[key];
  if (other !== undefined) return other(answer, value);
  const all: Values = { ...says(answer), ...merged(answer) };
  const name = NAMES[key] ?? key;
  return value === null ? (all[name] ?? null) === null : isClose(all[name], value);
}

/** What is not as it must be; empty where all is. */
function unmet(answer: Decoded, { invalid, expect: wanted = {} }: Line): string[] {
  if (invalid === true) return "rejected" in answer && answer.why !== "" ? [] : ["must be refused"];
  if (!("translator" in answer)) return ["must be read"];
  const strange = Object.keys(merged(answer)).filter((name) => !registry.has(name));
  const missing = Object.entries(wanted).filter(([key, value]) => !isMet(answer, key, value));
  return [...strange.map((name) => `${name} is no metric`), ...missing.map((each) => JSON.stringify(each))];
}

/** What no kept record tells; empty where one does, and the present is another. */
function unmetByRecord(answer: Decoded, { expect: wanted = {} }: Line): string[] {
  const readings = "translator" in answer ? answer.readings : [];
  const tells = (isKept: boolean): boolean =>
    readings
      .filter(({ historical }) => (historical === true) === isKept)
      .some(({ metrics }) => Object.entries(wanted).every(([name, value]) => isClose(metrics[name], value)));
  return tells(true) && !tells(false) ? [] : ["must be told as a kept record"];
}

/** Another value of the same type; nothing where there is none. */
function another(value: unknown): unknown {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value + 1;
  return typeof value === "string" ? `${value}?` : value;
}

describe.skipIf(!isHere)("every line of real payloads is decoded as it must be", () => {
  it.each(files)("%s", (file) => {
    const lines = readFileSync(new URL(file, FOLDER), "utf8").split("\n");
    const vendors = new AnyTranslator();
    const faults: string[] = [];
    let met = 0;
    for (const [i, text] of lines.entries()) {
      if (text.trim() === "") continue;
      const line = JSON.parse(text) as Line;
      const answer = decodeLine(text, i + 1, vendors);
      const missing = KEPT.test(line.note ?? "") ? unmetByRecord(answer, line) : unmet(answer, line);
      // What must be something else is not met by what is: the comparison can fail.
      for (const [key, value] of Object.entries(line.expect ?? {}))
        if (
          line.invalid !== true &&
          !KEPT.test(line.note ?? "") &&
          others[key] === undefined &&
          another(value) !== value
        )
          expect(unmet(answer, { ...line, expect: { [key]: another(value) } })).not.toEqual([]);
      if (missing.length === 0) met++;
      else faults.push(`${i + 1}: ${missing.join("; ")} in ${JSON.stringify(answer)}`);
    }
    expect(faults).toEqual([]);
    expect(met).toBeGreaterThan(0);
  });
});
