import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseReading } from "./parse-reading.ts";
import { parsePayload } from "./wire.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The schema decides; the quick way must agree on every payload, in verdict, value and reason. */
function agrees(payload: Uint8Array): boolean {
  const slow = parsePayload("reading", payload);
  const quick = parseReading(payload);
  if (quick.ok && slow.ok) {
    expect(quick.value).toEqual(slow.value);
    expect(quick.at).toBe(Date.parse(slow.value.at));
  } else expect(quick).toEqual(slow);
  return slow.ok;
}

const AT = "2026-11-21T10:00:00.000Z";
const good = [
  { at: AT, metrics: {} },
  { at: AT, agent: "edge-1", boot: "b", seq: 1, metrics: { temperature_c: 21.5, occupied: true, power_state: "on" } },
  { at: "2026-11-21T10:00:00+02:00", metrics: { co2_ppm: null, unheard_of: "x" }, late: true, extra: { kept: [1] } },
];
const bad = [
  "",
  "nonsense",
  "null",
  "[]",
  "3",
  `"text"`,
  "{}",
  `{"at":"${AT}"}`,
  `{"at":"2026-11-21T10:00:00","metrics":{}}`,
  `{"at":"2026-13-21T10:00:00Z","metrics":{}}`,
  `{"at":5,"metrics":{}}`,
  `{"at":"${AT}","metrics":[]}`,
  `{"at":"${AT}","metrics":null}`,
  `{"at":"${AT}","metrics":{"":1}}`,
  `{"at":"${AT}","metrics":{"${"x".repeat(65)}":1}}`,
  `{"at":"${AT}","metrics":{"a":{}}}`,
  `{"at":"${AT}","metrics":{"a":1e999}}`,
  `{"at":"${AT}","metrics":{"a":"${"x".repeat(257)}"}}`,
  `{"at":"${AT}","metrics":{},"seq":0}`,
  `{"at":"${AT}","metrics":{},"seq":1.5}`,
  `{"at":"${AT}","metrics":{},"seq":9007199254740993}`,
  `{"at":"${AT}","metrics":{},"seq":null}`,
  `{"at":"${AT}","metrics":{},"boot":""}`,
  `{"at":"${AT}","metrics":{},"agent":"Not An Id"}`,
  `{"at":"${AT}","metrics":{},"late":"yes"}`,
];

describe("parseReading", () => {
  it("takes what the schema takes", () => {
    for (const reading of good) expect(agrees(bytes(JSON.stringify(reading)))).toBe(true);
  });

  it("refuses what the schema refuses, with the same words", () => {
    for (const text of bad) expect([text, agrees(bytes(text))]).toEqual([text, false]);
    expect(agrees(new Uint8Array([0x7b, 0xff, 0x7d]))).toBe(false);
  });

  it("agrees about keys that JavaScript treats specially", () => {
    agrees(bytes(`{"at":"${AT}","metrics":{"__proto__":1,"constructor":2}}`));
    agrees(bytes(`{"at":"${AT}","metrics":{},"__proto__":{"seq":"x"}}`));
    agrees(bytes(`\uFEFF{"at":"${AT}","metrics":{}}`));
  });

  it("agrees with the schema on any payload near a reading", () => {
    const oddly = <T>(arb: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
      fc.oneof({ weight: 9, arbitrary: arb }, { weight: 1, arbitrary: fc.jsonValue() });
    const reading = fc.record(
      {
        at: oddly(fc.constantFrom(AT, "2026-02-30T00:00:00Z", "2026-11-21t10:00:00.5z", "2026-11-21T24:00:00Z")),
        agent: oddly(fc.stringMatching(/^[a-z0-9-]{1,5}$/)),
        boot: oddly(fc.string({ maxLength: 70 })),
        seq: oddly(fc.oneof(fc.integer({ min: -1, max: 9 }), fc.double())),
        metrics: oddly(
          fc.dictionary(
            fc.string({ maxLength: 66 }),
            fc.oneof(fc.double(), fc.boolean(), fc.string({ maxLength: 260 }), fc.constant(null), fc.jsonValue()),
          ),
        ),
        late: oddly(fc.boolean()),
        other: fc.jsonValue(),
      },
      { requiredKeys: ["at", "metrics"] },
    );
    let taken = 0;
    fc.assert(
      fc.property(reading, (value) => {
        if (agrees(bytes(JSON.stringify(value)))) taken += 1;
      }),
      { numRuns: 2_000 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  it("parses a buffer once", () => {
    const payload = bytes(JSON.stringify(good[1]));
    expect(parseReading(payload)).toBe(parseReading(payload));
  });
});
