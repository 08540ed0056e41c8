import { readdirSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isPlausible, metrics as registry } from "#contract/metrics.ts";
import { parseLine } from "./lines.ts";
import { parseLw3, type ReadingOptions } from "./readings.ts";

interface Golden {
  options: ReadingOptions;
  /** What each line becomes: metrics, or the code of a refusal. */
  lines: Record<string, object | string>;
}
const folder = new URL("golden/", import.meta.url);
const cases = readdirSync(folder).flatMap((name) => {
  const { options, lines } = JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Golden;
  return Object.entries(lines).map(([line, wanted]) => ({ name, line, options, wanted }));
});

test.each(cases)("$name: $line", ({ line, options, wanted }) => {
  const parsed = parseLw3(line, options);
  expect(parsed.ok ? parsed.value : parsed.code).toEqual(wanted);
});

test("what means something to the protocol is read as it was meant", () => {
  expect(parseLine("pw /V1/LABEL.Name=John\\(Doe\\). \\#3: 5\\%2=1 a\\\\b\\r\\n")).toMatchObject({
    value: "John(Doe). #3: 5%2=1 a\\b  ",
  });
});

test("law: whatever is said, plausible values or a reason", () => {
  const nearly = fc
    .tuple(fc.constantFrom(...cases), fc.nat(60), fc.string({ maxLength: 3 }))
    .map(([{ line }, at, junk]) => line.slice(0, at) + junk + line.slice(at + 1));
  fc.assert(
    fc.property(
      fc.oneof(nearly, fc.string({ maxLength: 300 })),
      fc.constantFrom(...cases.map(({ options }) => options)),
      (line, options) => {
        const parsed = parseLw3(line, options);
        if (!parsed.ok) expect(parsed.why).not.toBe("");
        for (const [name, value] of Object.entries(parsed.ok ? parsed.value : {})) {
          const metric = registry.get(name);
          expect(metric !== undefined && isPlausible(metric, value)).toBe(true);
        }
      },
    ),
    { numRuns: 5_000 },
  );
});
