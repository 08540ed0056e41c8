import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { metrics as registry, wrongType } from "#contract/metrics.ts";
import { mutate } from "../translate/mutate.ts";
import { sampleMessages } from "../translate/sample-messages.ts";
import { translators } from "../translate/translators.ts";
import { rfc3339 } from "#contract/units.ts";
import { at, RelayStory } from "./relay-fixture.ts";

let story: RelayStory | undefined;
afterEach(async () => {
  await story?.stop();
  story = undefined;
});

const AIR = { room: "lotus", device: "air" };
const begin = async (map: object): Promise<RelayStory> => (story = await RelayStory.begin([map]));
const z2m = (devices: object = { "Lotus air": AIR }): object => ({ vendor: "zigbee2mqtt", devices });

describe("a vendor's device that has a room", () => {
  it("speaks on the wire under the map's name, numbered without holes, and the room's verdict follows", async () => {
    const s = await begin(z2m());
    await s.card("lotus", { devices: [{ device: "air", name: "Air", kind: "sensor", room_air: true }] });
    const readings = await s.hear("reading");
    const verdicts = await s.hear("readiness");
    for (const temperature of [21, 21.5]) {
      await s.gear("zigbee2mqtt/Lotus air", { temperature, linkquality: 80 });
      await s.pause(60_000);
    }
    expect(readings.map(({ topic, value }) => [topic, value.agent, value.seq, value.at])).toEqual([
      ["hq/lotus/air/reading", "zigbee2mqtt", 1, rfc3339(at(0))],
      ["hq/lotus/air/reading", "zigbee2mqtt", 2, rfc3339(at(60))],
    ]);
    expect(new Set(readings.map(({ value }) => value.boot)).size).toBe(1);
    const evidence = verdicts.at(-1)?.value.evidence.find(({ metric }) => metric === "temperature_c");
    expect(evidence).toMatchObject({ device: "air", kind: "known", value: 21.5 });
    expect(s.kept("deviceState", "hq/lotus/air/state")).toMatchObject({
      state: "online",
      agent: "zigbee2mqtt",
      model: "Zigbee2MQTT",
      intervals_s: { temperature_c: 3_600 },
    });
  });

  it("that the broker has kept is no news, unless it says itself when it was measured", async () => {
    story = new RelayStory([z2m({ "Lotus air": AIR, other: { room: "lotus", device: "other" } })]);
    await story.gear("zigbee2mqtt/Lotus air", { temperature: 30 }, { retain: true });
    await story.gear("zigbee2mqtt/other", { temperature: 22, last_seen: rfc3339(at(-120)) }, { retain: true });
    const readings = await story.hear("reading");
    await story.start();
    expect(readings.map(({ value }) => [value.metrics, value.at])).toEqual([
      [{ temperature_c: 22 }, rfc3339(at(-120))],
    ]);
    expect(story.gateway.stats()).toMatchObject({ zigbee2mqtt_kept: 1 });
  });

  it("is unreachable with its bridge, as one cause, and back with it", async () => {
    const s = await begin(z2m());
    expect(s.kept("agentState", "hq/agents/zigbee2mqtt/state")).toMatchObject({ state: "online" });
    await s.gear("zigbee2mqtt/Lotus air", { temperature: 21 });
    await s.gear("zigbee2mqtt/bridge/state", { state: "offline" });
    expect(s.kept("agentState", "hq/agents/zigbee2mqtt/state")).toMatchObject({
      state: "offline",
      devices: ["lotus/air"],
    });
    await s.gear("zigbee2mqtt/bridge/state", { state: "online" });
    expect(s.kept("agentState", "hq/agents/zigbee2mqtt/state")).toMatchObject({ state: "online" });
    await s.gear("zigbee2mqtt/Lotus air/availability", { state: "offline" });
    expect(s.kept("deviceState", "hq/lotus/air/state")).toMatchObject({ state: "offline" });
    await s.gear("zigbee2mqtt/Lotus air", { temperature: 21 });
    expect(s.kept("deviceState", "hq/lotus/air/state")).toMatchObject({ state: "online" });
    await s.gear("zigbee2mqtt/Lotus air", "");
    expect(s.kept("deviceState", "hq/lotus/air/state")).toBeUndefined();
  });

  it("on a battery sleeps when its link ends, where every battery device of that vendor does", async () => {
    const s = await begin({ vendor: "shelly-1", devices: { "shellyht-1": { room: "lotus", device: "ht" } } });
    await s.gear("shellies/shellyht-1/online", "true", { retain: true });
    await s.gear("shellies/shellyht-1/sensor/temperature", "21.4");
    await s.gear("shellies/shellyht-1/sensor/battery", "88");
    await s.gear("shellies/shellyht-1/online", "false", { retain: true });
    expect(s.kept("deviceState", "hq/lotus/ht/state")).toMatchObject({ state: "sleeping" });
  });

  it("says how often it reports once it has shown it, and a restart remembers that", async () => {
    const s = await begin(z2m());
    for (let i = 0; i < 12; i++) {
      await s.gear("zigbee2mqtt/Lotus air", { temperature: 21 + i / 10 });
      await s.pause(60_000);
    }
    const interval = (): number => s.kept("deviceState", "hq/lotus/air/state")?.intervals_s?.["temperature_c"] ?? 0;
    const learned = interval();
    expect(learned).toBeLessThan(180);
    expect(learned).toBeGreaterThanOrEqual(30);
    await s.stop();
    await s.start();
    expect(interval()).toBe(learned);
  });
});

describe("a reading that nobody confirms", () => {
  it("is said again, ever more seldom, as the past where the device has said more since", async () => {
    const s = await begin(z2m());
    s.isRecording = false;
    const readings = await s.hear("reading");
    await s.gear("zigbee2mqtt/Lotus air", { temperature: 21 });
    await s.pause(1_000);
    await s.gear("zigbee2mqtt/Lotus air", { temperature: 22 });
    for (let i = 0; i < 20; i++) await s.pause(30_000);
    const told = (seq: number): boolean[] =>
      readings.filter(({ value }) => value.seq === seq).map(({ value }) => value.late === true);
    expect(told(1)).toEqual([false, true, true, true, true]);
    expect(told(2)).toEqual([false, false, false, false, false]);
    expect(s.gateway.stats()).toMatchObject({ zigbee2mqtt_waiting: 2, zigbee2mqtt_dropped: 0 });
    s.isRecording = true;
    for (let i = 0; i < 20; i++) await s.pause(30_000);
    expect(s.gateway.stats()).toMatchObject({ zigbee2mqtt_waiting: 0 });
  });
});

describe("a message that cannot be read", () => {
  it("is told on the wire with where and why, equal ones once, and counted", async () => {
    const s = await begin(z2m());
    const told = await s.hear("untranslated");
    for (let i = 0; i < 3; i++) await s.gear("zigbee2mqtt/Lotus air", "{broken");
    await s.pause(3_000);
    expect(told.map(({ topic, value }) => [topic, value.code, value.where, value.count, value.payload])).toEqual([
      ["hq/agents/zigbee2mqtt/untranslated", "BAD_JSON", "payload", 3, "{broken"],
    ]);
    expect(s.gateway.stats()).toMatchObject({ zigbee2mqtt_rejected: 3, zigbee2mqtt_rejected_bad_json: 3 });
  });
});

describe("a device that belongs to no room", () => {
  const source = { via: "zigbee2mqtt", device: "0x00158d0001" };
  const line = (device: string) => ({ device, name: "Air", kind: "sensor" as const, room_air: true, source });

  it("waits with what it measures, and counts for its room as soon as it is claimed", async () => {
    const s = await begin(z2m({}));
    await s.gear("zigbee2mqtt/0x00158d0001", { temperature: 21.5, co2: 640 });
    await s.pause(2_000);
    expect(s.kept("unclaimed", "hq/agents/zigbee2mqtt/unclaimed")).toMatchObject({
      title: "Zigbee2MQTT",
      devices: [{ device: "0x00158d0001", heard: 1, values: { co2_ppm: { value: 640 } } }],
      more: 0,
    });
    const readings = await s.hear("reading");
    const verdicts = await s.hear("readiness");
    await s.card("lotus", { devices: [line("air")] });
    await s.pause(6_000);
    expect(readings.map(({ topic, value }) => [topic, value.at, value.metrics])).toEqual([
      ["hq/lotus/air/reading", rfc3339(at(0)), { temperature_c: 21.5, co2_ppm: 640 }],
    ]);
    expect(verdicts.at(-1)?.value.evidence).toContainEqual(
      expect.objectContaining({ device: "air", metric: "co2_ppm", kind: "known", value: 640 }),
    );
    expect(s.kept("unclaimed", "hq/agents/zigbee2mqtt/unclaimed")?.devices).toEqual([]);
  });

  it("is remembered over a restart, and so is its claim", async () => {
    const s = await begin(z2m({}));
    await s.gear("zigbee2mqtt/0x00158d0001", { temperature: 21.5 });
    await s.gear("zigbee2mqtt/0x00158d0002", { temperature: 19 });
    await s.pause(2_000);
    await s.stop();
    await s.card("lotus", { devices: [line("air")] });
    const readings = await s.hear("reading");
    await s.start();
    await s.pause(6_000);
    expect(s.kept("unclaimed", "hq/agents/zigbee2mqtt/unclaimed")?.devices.map(({ device }) => device)).toEqual([
      "0x00158d0002",
    ]);
    expect(readings.map(({ topic }) => topic)).toEqual(["hq/lotus/air/reading"]);
    await s.gear("zigbee2mqtt/0x00158d0001", { temperature: 22 });
    expect(readings).toHaveLength(2);
  });

  it("moved to another room keeps its histories apart, and let go of it waits again", async () => {
    const s = await begin(z2m({}));
    await s.card("lotus", { devices: [line("air")] });
    await s.gear("zigbee2mqtt/0x00158d0001", { temperature: 21.5 });
    const readings = await s.hear("reading");
    await s.card("peak", { devices: [line("air-2")] });
    await s.gear("zigbee2mqtt/0x00158d0001", { temperature: 22 });
    await s.card("lotus");
    expect(s.kept("deviceState", "hq/lotus/air/state")).toBeUndefined();
    await s.gear("zigbee2mqtt/0x00158d0001", { temperature: 23 });
    await s.card("peak");
    await s.gear("zigbee2mqtt/0x00158d0001", { temperature: 24 });
    await s.pause(6_000);
    // The first room keeps it until it lets go.
    expect(readings.map(({ topic, value }) => [topic, value.metrics["temperature_c"]])).toEqual([
      ["hq/lotus/air/reading", 22],
      ["hq/peak/air-2/reading", 23],
    ]);
    expect(s.kept("unclaimed", "hq/agents/zigbee2mqtt/unclaimed")?.devices).toMatchObject([{ device: "0x00158d0001" }]);
  });
});

/** Every topic of a vendor's samples, also those of a base of the customer's. */
const topicsOf = (vendor: string): string[] =>
  [...new Set((sampleMessages[vendor] ?? []).map(({ topic }) => topic.replace(/:\/.*/, "").split("/")[0] ?? ""))].map(
    (first) => `${first}/#`,
  );

/** Numbers in [0, 1) from a seed. */
function lcg(seed: number): () => number {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}

describe.each(translators.map(({ name }) => name))("whatever gear of %s sends", (vendor) => {
  it("readings are numbered without holes, right in type, of the place that has the device, and the list stays one of the wire", async () => {
    const samples = sampleMessages[vendor] ?? [];
    let said = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(samples.length - 1), fc.integer({ min: 1, max: 2 ** 31 })), { maxLength: 40 }),
        async (sent) => {
          const s = await RelayStory.begin([{ vendor, filter: topicsOf(vendor) }]);
          const readings = await s.hear("reading");
          const lists = await s.hear("unclaimed");
          for (const [i, seed] of sent) {
            const next = lcg(seed);
            const sample = samples[i];
            if (sample === undefined) continue;
            const { topic, payload, retained } = seed % 3 === 0 ? sample : mutate(sample, next);
            await s.vendor.publish(topic, payload, { retain: retained });
            await s.pause(1_000);
          }
          const waiting = lists.at(-1)?.value.devices[0];
          if (waiting !== undefined) {
            const line = {
              device: "air",
              name: "Air",
              kind: "sensor" as const,
              source: { via: vendor, device: waiting.device },
            };
            await s.card("lotus", { devices: [line] });
            for (const sample of samples) await s.vendor.publish(sample.topic, sample.payload);
          }
          expect(readings.map(({ value }) => value.seq)).toEqual(readings.map((_, i) => i + 1));
          said += readings.length;
          for (const { topic, value } of readings) {
            expect(topic).toBe("hq/lotus/air/reading");
            for (const [name, each] of Object.entries(value.metrics)) {
              const metric = registry.get(name);
              if (metric === undefined) throw new Error(`${name} is no metric`);
              if (each !== null) expect(wrongType(metric, each)).toBeUndefined();
            }
          }
          await s.stop();
        },
      ),
      { numRuns: 15 },
    );
    expect(said).toBeGreaterThan(0);
  });
});
