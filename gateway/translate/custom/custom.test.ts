import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "#contract/system-clock.ts";
import { TranslateConfig } from "../../relay/config.ts";
import type { Translated } from "../translation.ts";
import { CustomTranslator } from "./custom.ts";
import { Mapping } from "./mapping.ts";

let running: CustomTranslator | undefined;
afterEach(() => running?.stop());
const start = (mapping: object, zone?: string): CustomTranslator =>
  (running = new CustomTranslator(Mapping.parse(mapping), { clock: systemClock, zone }));
const read = (custom: CustomTranslator, topic: string, payload: unknown): Promise<Translated> =>
  custom.read({
    topic,
    payload: Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload)),
    retained: false,
  });

describe("the examples of the page on sensors", () => {
  it("one value a message, its device in the topic", async () => {
    const custom = start({
      device: "$topic[1]",
      at: "time",
      readings: { co2_ppm: "co2.value", temperature_c: "$round((temp_f - 32) * 5 / 9, 2)", occupied: "pir = 1" },
    });
    expect(
      await read(custom, "sensors/box-7/air", {
        time: "2026-11-23T09:00:00Z",
        co2: { value: 612 },
        temp_f: 71.6,
        pir: 0,
      }),
    ).toEqual({
      ok: true,
      readings: [
        {
          device: "box-7",
          at: Date.UTC(2026, 10, 23, 9),
          metrics: { co2_ppm: 612, temperature_c: 22, occupied: false },
        },
      ],
      words: [],
    });
  });

  it("many devices in one message", async () => {
    const custom = start({
      only: "type = 'report'",
      each: "rooms",
      device: "$message.house & '/' & name",
      state: "ok ? 'online' : 'offline'",
      readings: { temperature_c: "t / 10", people_count: "heads" },
    });
    const message = {
      type: "report",
      house: "hq",
      rooms: [
        { name: "a", t: 215, heads: 3, ok: true },
        { name: "b", ok: false },
      ],
    };
    expect(await read(custom, "house", message)).toEqual({
      ok: true,
      readings: [{ device: "hq/a", metrics: { temperature_c: 21.5, people_count: 3 } }],
      words: [
        { device: "hq/a", state: "online" },
        { device: "hq/b", state: "offline" },
      ],
    });
    expect(await read(custom, "house", { ...message, type: "hello" })).toEqual({ ok: true, readings: [], words: [] });
  });
});

describe("what a device sends wrongly", () => {
  it.each([
    [{ readings: { co2_ppm: "x" } }, { x: "many" }, { code: "BAD_SHAPE", where: "readings.co2_ppm", why: 'is "many"' }],
    [{ readings: { co2_ppm: "x" } }, { x: [1, 2] }, { where: "readings.co2_ppm", why: "is a list" }],
    [{ readings: { co2_ppm: "x" } }, "{broken", { code: "BAD_JSON", where: "payload" }],
    [
      { at: "t", readings: { co2_ppm: "x" } },
      { x: 1, t: "2026-11-23T09:00:00" },
      { code: "BAD_TIME", where: "at" },
    ],
    [{ device: "d", readings: { co2_ppm: "x" } }, { x: 1, d: {} }, { where: "device" }],
    [{ state: "s" }, { s: "maybe" }, { where: "state" }],
    [{ readings: { co2_ppm: "$error('no')" } }, {}, { where: "readings.co2_ppm" }],
  ])("%j refuses %j with where and why", async (mapping, payload, refusal) => {
    expect(await read(start(mapping), "t", payload)).toMatchObject({ ok: false, ...refusal });
  });

  it("is taken where it is a number as text, a time of the map's zone, null, or nothing", async () => {
    const custom = start(
      { at: "t", readings: { co2_ppm: "x", temperature_c: "y", humidity_pct: "z" } },
      "Europe/Berlin",
    );
    expect(await read(custom, "a/b", { x: "612", y: null, t: "2026-11-23 10:00:00" })).toEqual({
      ok: true,
      readings: [{ device: "a/b", at: Date.UTC(2026, 10, 23, 9), metrics: { co2_ppm: 612, temperature_c: null } }],
      words: [],
    });
    const text = start({ payload: "text", readings: { temperature_c: "$number($match($, /-?[0-9.]+/).match)" } });
    expect(await read(text, "t", "temp=21.5C")).toMatchObject({ readings: [{ metrics: { temperature_c: 21.5 } }] });
  });
});

describe("what would hold the gateway up", () => {
  it.each([
    ["a regular expression that goes back and back", "$match(x, /^(a+)+$/)", { x: `${"a".repeat(40)}!` }],
    ["endless recursion", "($f := function($n) { $f($n + 1) + 1 }; $f(0))", { x: 1 }],
    ["an endless loop", "($f := function($n) { $f($n + 1) }; $f(0))", { x: 1 }],
    ["a list without end", "$count([1..9000000])", { x: 1 }],
    ["memory without end", "($g := function($s) { $g($s & $s) }; $g('aaaaaaaaaaaaaaaa'))", { x: 1 }],
  ])("%s is ended, and the next message is read", async (_name, expression, payload) => {
    const custom = start({ device: "'d'", readings: { co2_ppm: `stop ? 1 : ${expression}` } });
    expect(await read(custom, "t", { stop: true })).toMatchObject({ ok: true });
    const begun = performance.now();
    let beats = 0;
    const heart = setInterval(() => (beats += 1), 10);
    const answers = await Promise.all([read(custom, "t", payload), read(custom, "t", { stop: true })]);
    clearInterval(heart);
    expect(answers).toMatchObject([{ ok: false }, { ok: true, readings: [{ metrics: { co2_ppm: 1 } }] }]);
    expect(performance.now() - begun).toBeLessThan(5_000);
    // The thread of everybody else went on meanwhile.
    if (performance.now() - begun > 200) expect(beats).toBeGreaterThan(5);
  });

  it("a flood is refused beyond a thousand messages that wait, and the rest is read in order", async () => {
    const custom = start({ device: "$string(n)", readings: { co2_ppm: "n" } });
    const answers = await Promise.all(Array.from({ length: 1_500 }, (_, n) => read(custom, "t", { n })));
    const refused = answers.filter((answer) => !answer.ok);
    expect(refused.length).toBeLessThan(500);
    expect(refused[0]).toMatchObject({ code: "TOO_FAST" });
    const ids = answers.flatMap((answer) => (answer.ok ? answer.readings.map(({ device }) => Number(device)) : []));
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  });
});

it("a wrong expression is a fault of the configuration, with its place in it", () => {
  const faults = (mapping: object): string[] =>
    TranslateConfig.safeParse([{ vendor: "custom", filter: "a/#", mapping }]).error?.issues.map(
      ({ path, message }) => `${path.join(".")}: ${message}`,
    ) ?? [];
  expect(faults({ readings: { co2_ppm: "co2[" } })[0]).toMatch(
    /^0\.mapping\.readings\.co2_ppm: cannot be read as JSONata at character 4: \S/,
  );
  expect(faults({ readings: { co2: "co2" } })[0]).toMatch(/no metric/);
  expect(faults({ readings: {} })).toEqual([]);
});
