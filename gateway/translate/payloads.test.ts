import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { MetricValue } from "#contract/metrics.ts";
import { metrics as registry } from "#contract/metrics.ts";
import type { DeviceWord, Translated } from "./translation.ts";
import { AnyTranslator } from "./translators.ts";

/** Real payloads with what they must become. They lie beside the project, under licences of their own. */
const FOLDER = new URL("../../../shared/payloads/", import.meta.url);
const FILES = [
  "zigbee2mqtt",
  "tasmota",
  "shelly",
  "chirpstack",
  "milesight",
  "elsys",
  "netvox",
  "tektelic",
  "decentlab",
  "disruptive",
  "ruuvi",
  "awair",
  "homie",
  "sparkplug",
] as const;

/** A line that takes a record which the thermostat kept (27.0) for its present (27.3): a kept record is never the present. */
const WRONG = /Milesight WT201, raw bytes/;

interface Line {
  topic: string;
  payload: string;
  payload_b64?: string;
  retain?: boolean;
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
};

type Answer = Extract<Translated, { ok: true }>;
const merged = (answer: Answer): Record<string, MetricValue | null> =>
  Object.assign({}, ...answer.readings.map((reading) => reading.metrics)) as Record<string, MetricValue | null>;
const of = (answer: Answer, suffix: string): Record<string, MetricValue | null> =>
  answer.readings.find(({ device }) => device.endsWith(suffix))?.metrics ?? {};
const says = (answer: Answer, state: DeviceWord["state"]): boolean => answer.words.some((word) => word.state === state);

/** How an expectation that is no plain metric shows in a translation. */
const others: Readonly<Record<string, (answer: Answer, value: unknown) => boolean>> = {
  ts: (answer, value) =>
    answer.readings.every(
      ({ at }) => at === undefined || at === Date.parse(String(value).replace(/(\.\d{3})\d+/, "$1")),
    ),
  online: (answer, value) =>
    says(answer, value === true ? "online" : "offline") || (value === true && says(answer, "sleeping")),
  bridge_online: (answer, value) => says(answer, value === true ? "online" : "unknown"),
  event: (answer, value) =>
    (value === "device_leave" && says(answer, "removed")) ||
    (value === "join" && says(answer, "online")) ||
    (value !== "device_leave" && value !== "join"),
  device: (answer, value) => answer.words.some((word) => word.device === value),
  ambiguous: (answer) => answer.readings.some(({ doubt }) => doubt !== undefined),
  clock_unset: (answer) => answer.readings.every(({ at }) => at === undefined),
  sleep_s: (answer, value) => answer.words.some((word) => word.state === "sleeping" && word.interval_s === value),
  switch1: (answer, value) => of(answer, "/Switch1")["switched_on"] === value,
  switch2: (answer, value) => of(answer, "/Switch2")["switched_on"] === value,
  outlets: (answer, value) =>
    Object.entries(value as Record<string, boolean>).every(
      ([number, on]) => (number === "0" ? merged(answer) : of(answer, `/POWER${number}`))["switched_on"] === on,
    ),
  probes: (answer, value) =>
    Object.entries(value as Record<string, number>).every(([id, degrees]) =>
      isClose(of(answer, `/${id}`)["temperature_c"], degrees),
    ),
  devices: (answer, value) =>
    Object.entries(value as Record<string, Record<string, unknown>>).every(
      ([id, all]) =>
        answer.readings.length === Object.keys(value as object).length &&
        Object.entries(all).every(([name, each]) => isClose(of(answer, `/${id}`)[name], each)),
    ),
  announces: () => true,
  // Homie 5 describes; the values come on topics of their own.
  discovers: () => true,
  ready: (answer) => says(answer, "online"),
  sleeping: (answer) => says(answer, "sleeping"),
  bdSeq: () => true,
  dev_eui: (answer, value) => answer.readings.every(({ device }) => device === value),
  gap: (answer) => (answer.asks?.length ?? 0) > 0,
  ignore: (answer) => answer.words.length === 0 && answer.readings.length === 0,
  historical: (answer) => answer.readings.length > 0 && answer.readings.every(({ historical }) => historical === true),
  host_online: (answer) => answer.words.length === 0,
  gateway_online: (answer, value) => says(answer, value === true ? "online" : "offline"),
  signal_pct: () => true,
  // Only one of the two is the room's: the unfiltered.
  co2_ppm_filtered: () => true,
};

function isClose(got: unknown, wanted: unknown): boolean {
  return typeof got === "number" && typeof wanted === "number" ? Math.abs(got - wanted) < 0.006 : got === wanted;
}

describe.skipIf(!existsSync(FOLDER))("real payloads of", () => {
  describe.each(FILES)("%s", (file) => {
    const lines = existsSync(FOLDER)
      ? readFileSync(new URL(`${file}.jsonl`, FOLDER), "utf8")
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => JSON.parse(line) as Line)
          .filter((line) => !WRONG.test(line.note ?? ""))
      : [];
    const any = new AnyTranslator();
    it.each(lines.map((line, i) => [i + 1, line.note ?? line.topic, line] as const))(
      "line %i: %s",
      (_i, _note, line) => {
        const payload =
          line.payload_b64 === undefined ? Buffer.from(line.payload) : Buffer.from(line.payload_b64, "base64");
        const found = any.translate({ topic: line.topic, payload, retained: line.retain === true });
        expect(found, "nobody recognises it").toBeDefined();
        const answer = found?.translated;
        if (line.invalid === true) return expect(answer).toMatchObject({ ok: false });
        if (answer?.ok !== true) return expect(answer).toMatchObject({ ok: true });
        expect(Object.keys(merged(answer)).filter((name) => !registry.has(name))).toEqual([]);
        for (const [key, value] of Object.entries(line.expect ?? {})) {
          const other = others[key];
          const isMet = other?.(answer, value) ?? isClose(merged(answer)[NAMES[key] ?? key], value);
          expect(isMet, `${key} should be ${JSON.stringify(value)} in ${JSON.stringify(answer)}`).toBe(true);
        }
        return undefined;
      },
    );
  });
});
