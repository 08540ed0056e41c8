import { readdirSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isPlausible, metrics as registry } from "#contract/metrics.ts";
import { parseHandshake } from "./lines.ts";
import { parseEscVp21, type ReadingOptions } from "./readings.ts";

interface Golden {
  options?: ReadingOptions;
  /** What each answer becomes: metrics, or the code of a refusal. */
  answers: Record<string, object | string>;
}
const folder = new URL("golden/", import.meta.url);
const cases = readdirSync(folder).flatMap((name) => {
  const { options = {}, answers } = JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Golden;
  return Object.entries(answers).map(([answer, wanted]) => ({ name, answer, options, wanted }));
});

test.each(cases)("$name: $answer", ({ answer, options, wanted }) => {
  const parsed = parseEscVp21(answer, options);
  expect(parsed.ok ? parsed.value : parsed.code).toEqual(wanted);
});

test("an opening is answered with a status, or is none", () => {
  const opening = (...rest: number[]) => parseHandshake(Buffer.concat([Buffer.from("ESC/VP.net"), Buffer.from(rest)]));
  expect(opening(0x10, 3, 0, 0, 0x20, 0)).toBe(0x20);
  expect(opening(0x10, 3, 0, 0, 0x43, 0)).toBe(0x43);
  expect(opening(0x10, 3, 0, 0)).toBeUndefined();
  expect(opening(0x20, 3, 0, 0, 0x20, 0)).toBeUndefined();
});

test("law: whatever is answered, plausible values or a reason", () => {
  const nearly = fc
    .tuple(fc.constantFrom(...cases), fc.nat(40), fc.string({ maxLength: 3 }))
    .map(([{ answer }, at, junk]) => answer.slice(0, at) + junk + answer.slice(at + 1));
  fc.assert(
    fc.property(fc.oneof(nearly, fc.string({ maxLength: 300 })), (answer) => {
      const parsed = parseEscVp21(answer, { wanted_source: "30", lamp_life_h: 100 });
      if (!parsed.ok) expect(parsed.why).not.toBe("");
      for (const [name, value] of Object.entries(parsed.ok ? parsed.value : {})) {
        const metric = registry.get(name);
        expect(metric !== undefined && isPlausible(metric, value)).toBe(true);
      }
    }),
    { numRuns: 5_000 },
  );
});
