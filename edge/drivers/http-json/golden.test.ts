import { readdirSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPlausible, metrics as registry, type MetricValue, wrongType } from "#contract/metrics.ts";
import { type Instant, parseInstant } from "#contract/units.ts";
import { DeviceFailure } from "../device-failure.ts";
import { HttpJsonOptions } from "./options.ts";
import { atPointer, DocumentReader } from "./read-document.ts";

interface Golden {
  now?: string;
  options: object;
  answer: unknown;
  expect: { metrics?: Record<string, MetricValue>; refused?: string; failure?: string };
}
const golden = new URL("golden/", import.meta.url);
const readerOf = (options: object): DocumentReader =>
  new DocumentReader(HttpJsonOptions.parse({ url: "http://h/", ...options }));
const bytesOf = (answer: unknown): Buffer => Buffer.from(typeof answer === "string" ? answer : JSON.stringify(answer));

describe("golden answers", () => {
  test.each(readdirSync(golden))("%s", async (name) => {
    const wanted = JSON.parse(readFileSync(new URL(name, golden), "utf8")) as Golden;
    const now = parseInstant(wanted.now ?? "2026-03-01T12:00:00Z") as Instant;
    try {
      const told = await readerOf(wanted.options).read(bytesOf(wanted.answer), now);
      expect({ metrics: told.metrics, ...(told.refused !== undefined && { refused: told.refused }) }).toEqual(
        wanted.expect,
      );
    } catch (error) {
      if (!(error instanceof DeviceFailure)) throw error;
      expect({ failure: `${error.code} ${error.message}` }).toEqual(wanted.expect);
    }
  });
});

test("pointers are RFC 6901's", () => {
  const document = { "": 0, "a/b": 1, "m~n": 8, foo: ["bar", "baz"] };
  expect(
    ["/", "/a~1b", "/m~0n", "/foo/1", "/foo/-", "/foo/length", "/__proto__/x", "/toString", "/foo/01"].map((at) =>
      atPointer(document, at),
    ),
  ).toEqual([0, 1, 8, "baz", undefined, undefined, undefined, undefined, undefined]);
  expect(atPointer(document, "")).toBe(document);
});

test("a document that is too large or too deep costs no more than 50 ms, however it is read", async () => {
  const list = { m: Array.from({ length: 9_000 }, () => ({ t: 20, on: true })) };
  const deep = `${"[".repeat(130_000)}${"]".repeat(130_000)}`;
  expect(() => JSON.parse(deep)).not.toThrow();
  for (const expression of ["$max(m.t)", "$sum(m[on=true].t)", "$count(**)", "$max(m.($number(t)*2))"]) {
    const reader = readerOf({ readings: [{ metric: "chip_temperature_c", expression }] });
    for (const bytes of [bytesOf(list), bytesOf(deep)]) {
      let fastest = Number.POSITIVE_INFINITY;
      for (let i = 0; i < 20 && fastest >= 50; i++) {
        const began = performance.now();
        await reader.read(bytes, 0 as Instant).catch(() => {});
        fastest = Math.min(fastest, performance.now() - began);
      }
      expect(fastest).toBeLessThan(50);
    }
  }
  await expect(
    readerOf({ readings: [{ metric: "co2_ppm", pointer: "/a" }] }).read(bytesOf(deep), 0 as Instant),
  ).rejects.toThrow(/nests deeper/);
  const text = { a: 500, b: '"[[[['.repeat(100) };
  expect(
    (await readerOf({ readings: [{ metric: "co2_ppm", pointer: "/a" }] }).read(bytesOf(text), 0 as Instant)).metrics,
  ).toEqual({ co2_ppm: 500 });
});

test("an expression that never ends does, and says so", async () => {
  const reader = readerOf({
    readings: [{ metric: "co2_ppm", expression: "($f := function($x) { $f($x + 1) }; $f(0))" }],
  });
  expect((await reader.read(bytesOf({}), 0 as Instant)).refused).toMatch(/co2_ppm/);
  const wide = readerOf({ readings: [{ metric: "co2_ppm", expression: "$sum([1..9000].($ * 2))" }] });
  expect((await wide.read(bytesOf({}), 0 as Instant)).refused).toMatch(/too many steps/);
});

test("law: whatever is answered, only plausible values of the right type are told", async () => {
  const reader = readerOf({
    readings: [
      { metric: "temperature_c", pointer: "/a", unit: "F" },
      { metric: "co2_ppm", expression: "$max(b.c)" },
      { metric: "occupied", pointer: "/d", values: { yes: true } },
      { metric: "power_state", pointer: "/e/0" },
    ],
  });
  const some = fc.anything({ maxDepth: 3 });
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.record({ a: some, b: some, d: some, e: some }), some), async (answer) => {
      let told: Readonly<Record<string, MetricValue>> = {};
      try {
        told = (await reader.read(Buffer.from(JSON.stringify(answer) ?? "x"), 0 as Instant)).metrics;
      } catch (error) {
        if (!(error instanceof DeviceFailure) && !(error instanceof TypeError && /BigInt|circular/.test(error.message)))
          throw error;
      }
      for (const [name, value] of Object.entries(told)) {
        const metric = registry.get(name);
        expect(metric !== undefined && wrongType(metric, value) === undefined && isPlausible(metric, value)).toBe(true);
      }
    }),
    { numRuns: 1_000 },
  );
});
