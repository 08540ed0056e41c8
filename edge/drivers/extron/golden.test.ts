import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as lines from "./lines.ts";

const readers: Readonly<Record<string, (line: string) => unknown>> = {
  banner: lines.parseBanner,
  error: lines.parseError,
  firmware: lines.parseFirmware,
  information: lines.parseInformation,
  part: lines.parsePartNumber,
  power: lines.parsePower,
  signals: lines.parseSignals,
  temperature: lines.parseTemperature,
  tie: lines.parseTie,
};

interface Golden {
  reader: string;
  /** What each line becomes; null where it is none. */
  lines: Record<string, unknown>;
}
const golden = new URL("golden/", import.meta.url);

describe("golden lines", () => {
  const cases = readdirSync(golden).flatMap((name) => {
    const { reader, lines } = JSON.parse(readFileSync(new URL(name, golden), "utf8")) as Golden;
    return Object.entries(lines).map(([line, wanted]) => ({ reader, line, wanted }));
  });
  test.each(cases)("$reader: $line", ({ reader, line, wanted }) => {
    expect(readers[reader]?.(line) ?? null).toEqual(wanted);
  });
});

const corpus = new URL("../../../../shared/payloads/av-control.jsonl", import.meta.url);
test.skipIf(!existsSync(corpus))("the recorded lines are read as they must be", () => {
  const said = readFileSync(corpus, "utf8")
    .trim()
    .split("\n")
    .map(
      (line) => JSON.parse(line) as { topic: string; payload: string; note: string; expect?: Record<string, unknown> },
    )
    .filter(({ topic, note }) => topic.startsWith("tcp:23 ") && note.startsWith("Extron"));
  expect(said.length).toBeGreaterThan(8);
  for (const { payload, expect: wanted = {} } of said) {
    const line = payload.trim();
    if (typeof wanted["error"] === "string") expect(lines.parseError(line)).toBe(wanted["error"].slice(1));
    if (wanted["event"] === "banner")
      expect(lines.parseBanner(line)).toEqual({ model: "SW4 3G HD-SDI", firmware: "1.02" });
    if (wanted["signal"] !== undefined)
      expect(lines.parseSignals(line)).toEqual(Object.values(wanted["signal"] as object));
  }
});

test("law: whatever is said is read or refused, quickly, and numbers are finite", () => {
  const nearly = fc.oneof(
    fc.string({ maxLength: 600 }),
    fc.stringMatching(/^(Sig|In00\*|Vid|Ver01\*|Psav|Out\d|E)?[0-9 *.X-]{0,60}$/),
    fc.constantFrom(
      ...readdirSync(golden).flatMap((name) =>
        Object.keys((JSON.parse(readFileSync(new URL(name, golden), "utf8")) as Golden).lines),
      ),
    ),
  );
  fc.assert(
    fc.property(nearly, (line) => {
      for (const reader of Object.values(readers)) reader(line);
      const degrees = lines.parseTemperature(line);
      if (degrees !== undefined) expect(Math.abs(degrees)).toBeLessThan(1_000);
      expect(lines.parseSignals(line)?.length ?? 0).toBeLessThanOrEqual(128);
    }),
    { numRuns: 5_000 },
  );
});
