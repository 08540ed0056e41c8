import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { metrics as registry, wrongType } from "#contract/metrics.ts";
import { mutate } from "./mutate.ts";
import { readPayload } from "./sparkplug/payload.ts";
import { writePayload } from "./sparkplug/write-payload.ts";
import { sampleMessages } from "./sample-messages.ts";
import type { Translated, VendorMessage } from "./translation.ts";
import { AnyTranslator, translators } from "./translators.ts";

const read = (name: string): ((message: VendorMessage) => Translated) =>
  (translators.find((each) => each.name === name) as (typeof translators)[number]).start({});

describe.each(translators.map(({ name }) => name))("%s", (name) => {
  const samples = sampleMessages[name] ?? [];

  it("recognises and understands each of its samples", () => {
    expect(samples.length).toBeGreaterThan(0);
    const any = new AnyTranslator();
    let readings = 0;
    for (const message of samples) {
      const found = any.translate(message);
      expect(found?.translator).toBe(name);
      expect(found?.translated).toMatchObject({ ok: true });
      if (found?.translated.ok === true) readings += found.translated.readings.length;
    }
    expect(readings).toBeGreaterThan(0);
  });

  it("never throws, and says only what the registry knows, whatever becomes of its messages", () => {
    const take = read(name);
    fc.assert(
      fc.property(
        fc.nat(samples.length - 1),
        fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
        (i, stream) => {
          const next = (): number => stream.next().value as number;
          const answer = take(mutate(samples[i] as VendorMessage, next));
          if (!answer.ok) {
            expect(answer.why.length).toBeGreaterThan(0);
            return;
          }
          for (const { metrics, device } of answer.readings) {
            expect(typeof device).toBe("string");
            for (const [metric, value] of Object.entries(metrics)) {
              const known = registry.get(metric);
              expect(known === undefined ? metric : "known").toBe("known");
              if (known !== undefined && value !== null) expect(wrongType(known, value)).toBeUndefined();
            }
          }
        },
      ),
      { numRuns: 1_500 },
    );
  });
});

describe("Sparkplug B", () => {
  const [born, device, data, death] = sampleMessages["sparkplug"] as [
    VendorMessage,
    VendorMessage,
    VendorMessage,
    VendorMessage,
  ];

  it("asks once for a rebirth after a gap, and no more until it comes", () => {
    const take = read("sparkplug");
    take(born);
    take(device);
    const again = take(device);
    expect(again).toMatchObject({ asks: [{ topic: "spBv1.0/Rooms/NCMD/gw" }] });
    expect(take(data)).not.toHaveProperty("asks");
    take(born);
    expect(take(device)).not.toHaveProperty("asks");
  });

  it("asks again when a minute has passed without a birth, for a request may be lost", () => {
    const take = read("sparkplug");
    const at = (s: number): VendorMessage => ({
      topic: "spBv1.0/Rooms/DDATA/gw/air",
      payload: writePayload(Date.UTC(2026, 10, 2, 9, 0, s), 7, [{ alias: 9, value: 1 }]),
      retained: false,
    });
    expect([0, 20, 59, 61, 90, 122].map((s) => "asks" in take(at(s)))).toEqual([true, false, false, true, false, true]);
  });

  it("takes what is behind an edge node along when it dies", () => {
    const take = read("sparkplug");
    take(born);
    take(device);
    const bdSeq = readPayload(born.payload).metrics.find(({ name }) => name === "bdSeq")?.value as number;
    const gone = writePayload(Date.UTC(2026, 10, 2, 9), undefined, [{ name: "bdSeq", value: bdSeq }]);
    expect(take({ topic: "spBv1.0/Rooms/NDEATH/gw", payload: gone, retained: false })).toMatchObject({
      words: [
        { device: "Rooms/gw", state: "offline" },
        { device: "Rooms/gw/*", state: "offline" },
      ],
    });
  });

  it("ignores a death of an earlier session, and keeps the past out of the present", () => {
    const take = read("sparkplug");
    take(born);
    take(device);
    const answer = take(data);
    expect(answer).toMatchObject({
      readings: [
        { metrics: { temperature_c: 21.75, co2_ppm: null } },
        { metrics: { temperature_c: 20 }, historical: true },
      ],
    });
    expect(take(death)).toMatchObject({ words: [] });
  });
});

describe("a message in which nothing can be read, because what stands there is of another kind, is refused", () => {
  const up = (object: unknown): string => JSON.stringify({ deviceInfo: { devEui: "24e124136b502217" }, object });
  const UP = "application/1/device/24e124136b502217/event/up";
  const event = (eventType: string, body: object): string =>
    JSON.stringify({ event: { targetName: "projects/a/devices/b", eventType, data: { [eventType]: body } } });
  it.each([
    ["zigbee2mqtt", "zigbee2mqtt/a", '{"temperature":"hot","linkquality":9}', "temperature"],
    ["zigbee2mqtt", "zigbee2mqtt/a", '{"contact":"ajar"}', "contact"],
    ["tasmota", "tele/a/SENSOR", '{"AM2301":{"Temperature":"warm"},"TempUnit":"C"}', "AM2301.Temperature"],
    ["shelly-2", "shellyplus1-a/status/switch:0", '{"id":0,"output":"x"}', "switch:0.output"],
    ["chirpstack", UP, up({ Temperature: "warm" }), "object.temperature"],
    ["chirpstack", UP, up(5), "object"],
    ["awair", "http:/air-data/latest", '{"score":1,"temp":"warm"}', "temp"],
    ["awair", "http:/air-data/latest", "{}", "payload"],
    ["disruptive", "http:POST data connector", event("temperature", { value: "warm" }), "event.data.temperature.value"],
    ["disruptive", "http:POST data connector", event("motion", { state: "WOBBLE" }), "event.data.motion.state"],
    ["disruptive", "http:POST data connector", '{"event":5}', "event"],
  ])("%s %s %s", (name, topic, text, where) => {
    const answer = read(name)({ topic, payload: Buffer.from(text), retained: false });
    expect(answer).toMatchObject({ ok: false, code: "BAD_SHAPE", where });
    const message = { topic, payload: Buffer.from(text), retained: false };
    expect(new AnyTranslator().translate(message)?.translator).toBe(name);
  });

  it.each([
    ["zigbee2mqtt", "zigbee2mqtt/a", '{"temperature":null,"humidity":"","linkquality":9}'],
    ["zigbee2mqtt", "zigbee2mqtt/a", '{"action":"single"}'],
    ["tasmota", "tele/a/SENSOR", '{"AM2301":{"Temperature":null},"TempUnit":"C"}'],
    ["chirpstack", UP, up({ temperature: null, pir: "asleep", odd: "x" })],
    ["chirpstack", UP, up(null)],
  ])("%s %s %s was not measured, which is no fault", (name, topic, text) => {
    expect(read(name)({ topic, payload: Buffer.from(text), retained: false })).toMatchObject({ ok: true });
  });
});

it("takes °F for °C nowhere", () => {
  for (const name of ["tasmota", "homie"]) {
    const take = read(name);
    const all = (sampleMessages[name] ?? []).map((message) => take(message));
    const degrees = all.flatMap((answer) =>
      answer.ok ? answer.readings.flatMap(({ metrics }) => metrics["temperature_c"] ?? []) : [],
    );
    expect(degrees).toEqual([21.5]);
  }
});
