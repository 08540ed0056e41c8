import { existsSync, readdirSync, readFileSync } from "node:fs";
import { ApplicationTag, EngineeringUnits, PropertyIdentifier, Reliability } from "@bacnet-js/client";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPlausible, metrics as registry } from "#contract/metrics.ts";
import { Told } from "../told.ts";
import { BacnetPoint } from "./options.ts";
import { parseBacnet, readPoint, type Value } from "./readings.ts";
import { convert, nameOfUnits } from "./units.ts";

interface Golden {
  points: object[];
  /** A whole answer, in hex. */
  answer: string;
  expect: object;
}
const folder = new URL("golden/", import.meta.url);
const golden = readdirSync(folder).map((name) => {
  return [name, JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Golden] as const;
});

test.each(golden)("%s", (_, { points, answer, expect: wanted }) => {
  expect(parseBacnet(Buffer.from(answer, "hex"), points)).toEqual(wanted);
});

interface Recorded {
  object: string;
  "object-name": string;
  "present-value": number | string;
  units?: string;
  "status-flags"?: Record<string, boolean>;
  "out-of-service"?: boolean;
  reliability?: string;
  "state-text"?: string[];
}
const corpus = new URL("../../../../shared/payloads/bacnet.jsonl", import.meta.url);
describe.skipIf(!existsSync(corpus))("a recorded object", () => {
  const lines = (existsSync(corpus) ? readFileSync(corpus, "utf8").trim().split("\n") : []).map((line) => {
    const { payload, expect: wanted } = JSON.parse(line) as { payload: string; expect: Record<string, unknown> };
    return { object: JSON.parse(payload) as Recorded, wanted };
  });
  const enumerated = (names: object, word: string | undefined): number | undefined =>
    (names as Record<string, number>)[word?.toUpperCase().replaceAll("-", "_") ?? ""];

  function propertiesOf(object: Recorded): Map<number, Value> {
    const properties = new Map<number, Value>();
    const value = object["present-value"];
    const number = value === "active" ? 1 : value === "inactive" ? 0 : value;
    properties.set(PropertyIdentifier.PRESENT_VALUE, { type: ApplicationTag.REAL, value: number });
    const flags = object["status-flags"] ?? {};
    const names = ["in-alarm", "fault", "overridden", "out-of-service"];
    const isOut = object["out-of-service"] === true;
    const bits = names.reduce((sum, name, i) => sum | (flags[name] === true || (i === 3 && isOut) ? 1 << i : 0), 0);
    properties.set(PropertyIdentifier.STATUS_FLAGS, {
      type: ApplicationTag.BIT_STRING,
      value: { bitsUsed: 4, value: [bits] },
    });
    const units = enumerated(EngineeringUnits, object.units);
    if (units !== undefined)
      properties.set(PropertyIdentifier.UNITS, { type: ApplicationTag.ENUMERATED, value: units });
    const reliability = enumerated(Reliability, object.reliability);
    if (reliability !== undefined)
      properties.set(PropertyIdentifier.RELIABILITY, { type: ApplicationTag.ENUMERATED, value: reliability });
    return properties;
  }

  test.each([
    ["ROOM TEMP", { metric: "temperature_c" }, { temperature_c: 22.5 }],
    ["DAY CLG STPT", { metric: "setpoint_c" }, { setpoint_c: 23.33333 }],
    ["Room_Temperature", { metric: "temperature_c" }, {}],
    ["Room_Humidity", { metric: "humidity_pct" }, { humidity_pct: 44 }],
    ["PI_Cooling_Demand", { metric: "cooling_pct" }, { cooling_pct: 0 }],
    ["Zone Temp", { metric: "temperature_c" }, {}],
    ["Occupancy", { metric: "occupied", values: { "1": true, "2": false, "3": true } }, { occupied: false }],
    ["CO2", { metric: "co2_ppm" }, { co2_ppm: 612 }],
  ])("%s", (name, point, wanted) => {
    const line = lines.find(({ object }) => object["object-name"] === name);
    if (line === undefined) throw new Error(`no line of ${name}`);
    const told = new Told();
    const fault = readPoint(
      BacnetPoint.parse({ object: line.object.object, ...point }),
      propertiesOf(line.object),
      told,
    );
    expect(told.metrics).toEqual(wanted);
    expect(told.refused).toBeUndefined();
    expect(fault === undefined).toBe(Object.keys(wanted).length > 0);
  });
});

test.each([
  [72.5, EngineeringUnits.DEGREES_FAHRENHEIT, "°C", 22.5],
  [295.15, EngineeringUnits.DEGREES_KELVIN, "°C", 22],
  [0.0612, EngineeringUnits.PERCENT, "ppm", 612],
  [100, EngineeringUnits.CUBIC_METERS_PER_HOUR, "l/s", 27.777_777],
  [100_000, EngineeringUnits.PASCALS, "hPa", 1_000],
  [21, EngineeringUnits.NO_UNITS, "°C", 21],
  [21, undefined, "°C", 21],
])("%d in unit %s is told in %s", (value, units, unit, wanted) => {
  expect(convert(value, units, unit)).toBeCloseTo(wanted, 4);
});

test("a unit of another quantity is none, and has its name", () => {
  expect(convert(21, EngineeringUnits.PASCALS, "°C")).toBeUndefined();
  expect(nameOfUnits(EngineeringUnits.DEGREES_FAHRENHEIT)).toBe("degrees-fahrenheit");
  expect(nameOfUnits(60_000)).toBe("unit 60000");
});

test("law: whatever the bytes, plausible values or a reason, and soon", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc
      .tuple(fc.constantFrom(...golden), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }))
      .map(([[, each], changes]) => {
        const said = Buffer.from(each.answer, "hex");
        for (const [at, byte] of changes) said[at % said.length] = byte;
        return said;
      }),
  );
  fc.assert(
    fc.property(bytes, fc.constantFrom(...golden.map(([, each]) => each.points)), (said, points) => {
      const began = performance.now();
      const parsed = parseBacnet(said, points);
      expect(performance.now() - began).toBeLessThan(500);
      if (!parsed.ok) expect(parsed.why).not.toBe("");
      for (const [name, value] of Object.entries(parsed.ok ? parsed.value : {})) {
        const metric = registry.get(name);
        expect(metric !== undefined && isPlausible(metric, value)).toBe(true);
      }
    }),
    { numRuns: 5_000 },
  );
});
