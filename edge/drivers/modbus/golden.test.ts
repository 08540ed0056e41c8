import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPlausible, metrics as registry } from "#contract/metrics.ts";
import { parseModbus } from "./readings.ts";

interface Golden {
  registers: object[];
  /** A whole answer, in hex. */
  answer: string;
  expect: object;
}
const folder = new URL("golden/", import.meta.url);
const golden = readdirSync(folder).map((name) => {
  return [name, JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Golden] as const;
});
const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll(" ", ""), "hex");

test.each(golden)("%s", (_, { registers, answer, expect: wanted }) => {
  expect(parseModbus(bytesOf(answer), registers)).toEqual(wanted);
});

/** A whole answer of holding registers with these words. */
function answerOf(words: readonly number[]): Buffer {
  const data = Buffer.alloc(words.length * 2);
  for (const [i, word] of words.entries()) data.writeUInt16BE(word, i * 2);
  const head = Buffer.from([0, 1, 0, 0, 0, data.length + 3, 1, 3, data.length]);
  return Buffer.concat([head, data]);
}

const corpus = new URL("../../../../shared/payloads/modbus.jsonl", import.meta.url);
describe.skipIf(!existsSync(corpus))("recorded words", () => {
  const lines = (existsSync(corpus) ? readFileSync(corpus, "utf8").trim().split("\n") : []).map((line) => {
    const { payload, note, expect: wanted } = JSON.parse(line) as { payload: string; note: string; expect: object };
    return { ...(JSON.parse(payload) as { registers: string; words: number[] }), note, wanted };
  });
  const float = { table: "holding", type: "float32", word_order: "little" };
  const maps: [string, object[]][] = [
    [
      "GMW90 metric integers",
      [
        { table: "holding", address: 256, type: "int16", metric: "co2_ppm", absent: [-32_768] },
        { table: "holding", address: 257, type: "int16", metric: "humidity_pct", scale: 0.01 },
        { table: "holding", address: 258, type: "int16", metric: "temperature_c", scale: 0.01 },
      ],
    ],
    [
      "GMW90 metric floats",
      [
        { ...float, address: 0, metric: "co2_ppm" },
        { ...float, address: 2, metric: "humidity_pct" },
        { ...float, address: 4, metric: "temperature_c" },
      ],
    ],
    ["NOT AVAILABLE", [{ table: "holding", address: 256, type: "int16", metric: "co2_ppm", absent: [-32_768] }]],
    ["quiet NaN", [{ ...float, address: 0, metric: "co2_ppm" }]],
    [
      "Querx TH",
      [
        { table: "holding", address: 10, type: "int16", metric: "temperature_c", scale: 0.1 },
        { table: "holding", address: 11, metric: "humidity_pct" },
      ],
    ],
    [
      "Comet T7xxx",
      [
        { table: "holding", address: 48, type: "int16", metric: "temperature_c", scale: 0.1 },
        { table: "holding", address: 49, metric: "humidity_pct", scale: 0.1 },
      ],
    ],
    ["30.56 %RH", [{ ...float, address: 0, metric: "humidity_pct" }]],
    ["S8: CO2", [{ table: "holding", address: 3, metric: "co2_ppm" }]],
  ];
  test.each(maps)("%s", (note, registers) => {
    const line = lines.find((each) => each.note.includes(note));
    const parsed = parseModbus(answerOf(line?.words ?? []), registers);
    const wanted = Object.fromEntries(Object.entries(line?.wanted ?? {}).filter(([, value]) => value !== null));
    expect(parsed).toEqual({ ok: true, value: wanted });
  });
});

test("law: whatever the bytes, plausible values or a reason", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc
      .tuple(fc.constantFrom(...golden), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }))
      .map(([[, each], changes]) => {
        const said = bytesOf(each.answer);
        for (const [at, byte] of changes) if (said.length > 0) said[at % said.length] = byte;
        return said;
      }),
  );
  fc.assert(
    fc.property(bytes, fc.constantFrom(...golden.map(([, each]) => each.registers)), (said, registers) => {
      const parsed = parseModbus(said, registers);
      if (!parsed.ok) expect(parsed.why).not.toBe("");
      for (const [name, value] of Object.entries(parsed.ok ? parsed.value : {})) {
        const metric = registry.get(name);
        expect(metric !== undefined && isPlausible(metric, value)).toBe(true);
      }
    }),
    { numRuns: 3_000 },
  );
});
