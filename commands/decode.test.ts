import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { errorKinds } from "#contract/errors.ts";
import { instant } from "#contract/units.ts";
import { AnyTranslator } from "#gateway/translate/translators.ts";
import { decode } from "./decode.ts";

const NOW = instant(Date.UTC(2026, 10, 21, 10));
const TOPIC = "greenroom/v1/hq/atrium/air/reading";
const of = (payload: string | object, topic = TOPIC): ReturnType<typeof decode> =>
  decode(
    {
      topic,
      payload: Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload)),
      retained: false,
    },
    new AnyTranslator(),
    NOW,
  );
const at = "2026-11-21T09:59:00.000Z";

describe("decode", () => {
  it("gives a reading with its room and what is known of it", () => {
    expect(of({ at, metrics: { temperature_c: 21.5, unheard_of: 3, co2_ppm: null } })).toEqual({
      readings: [{ site: "hq", room: "atrium", device: "air", at, metrics: { temperature_c: 21.5 } }],
    });
  });

  it("names what no working sensor reports, and reports it all the same", () => {
    expect(of({ at, metrics: { temperature_c: 394, humidity_pct: 40 } })).toMatchObject({
      readings: [{ metrics: { temperature_c: 394, humidity_pct: 40 }, implausible: ["temperature_c"] }],
    });
  });

  it.each([
    ["a topic of nobody", { at, metrics: {} }, "kitchen/lamp", "WRONG_TOPIC"],
    ["no JSON", "21.5", TOPIC, "BAD_SHAPE"],
    ["broken JSON", "{", TOPIC, "BAD_JSON"],
    ["a time without a zone", { at: "2026-11-21T09:59:00", metrics: { temperature_c: 1 } }, TOPIC, "BAD_TIME"],
    ["a time far ahead", { at: "2027-11-21T09:59:00Z", metrics: { temperature_c: 1 } }, TOPIC, "BAD_TIME"],
    ["another unit", { at, metrics: { temperature_f: 70 } }, TOPIC, "BAD_UNIT"],
    ["no known metric", { at, metrics: { unheard_of: 70 } }, TOPIC, "UNKNOWN_METRIC"],
  ])("refuses %s", (_, payload, topic, code) => {
    expect(of(payload, topic)).toMatchObject({ rejected: code, where: expect.any(String), why: expect.any(String) });
  });

  it("tells the kind of a message that is no reading", () => {
    expect(of({}, "greenroom/v1/hq/atrium/card")).toEqual({ message: "card", site: "hq" });
  });

  it("answers whatever it is given", () => {
    fc.assert(
      fc.property(fc.oneof(fc.constant(TOPIC), fc.string()), fc.uint8Array(), (topic, payload) => {
        const decoded = decode({ topic, payload, retained: false }, new AnyTranslator(), NOW);
        if ("rejected" in decoded) expect(Object.keys(errorKinds)).toContain(decoded.rejected);
        else expect("readings" in decoded || "message" in decoded).toBe(true);
      }),
    );
  });
});

it("knows Home Assistant's own state, and what is announced to it", () => {
  const at = (topic: string, payload: string) => decode({ topic, payload: Buffer.from(payload), retained: true });
  const says = (found: ReturnType<typeof at>): unknown => ("says" in found ? found.says : found);
  expect(says(at("homeassistant/status", "online"))).toEqual({ home_assistant: "online" });
  expect(at("homeassistant/status", "maybe")).toMatchObject({ rejected: "WRONG_TOPIC" });
  const config = '{"stat_t":"a","dev_cla":"humidity","unit_of_meas":"%"}';
  for (const prefix of ["homeassistant", "discovery"])
    expect(says(at(`${prefix}/sensor/x/config`, config))).toMatchObject({ discovers: "humidity_pct" });
  const device = `{"dev":{"ids":"x"},"cmps":{"a":{"p":"sensor",${config.slice(1)},"b":{"p":"update","stat_t":"b"},"gone":{"p":"sensor"}}}`;
  expect(says(at("homeassistant/device/x/config", device))).toMatchObject({
    entities: [{ discovers: "humidity_pct" }, { discovers: null }],
  });
});

it("reads what a Cisco room device tells as its driver does, and refuses what is none of it", () => {
  const event = (status: unknown) =>
    decode({
      topic: "wss:/ws xFeedback/Event",
      payload: Buffer.from(
        JSON.stringify({ jsonrpc: "2.0", method: "xFeedback/Event", params: { Id: 1, Status: status } }),
      ),
      retained: false,
    });
  expect(event({ RoomAnalytics: { PeopleCount: { Current: "3" }, PeoplePresence: "Yes" } })).toEqual({
    translator: "xapi",
    readings: [{ device: "codec", metrics: { people_count: 3, occupied: true } }],
  });
  expect(event({ RoomAnalytics: { PeopleCount: { Current: -1 } } })).toEqual({ translator: "xapi", readings: [] });
  expect(event("invalid")).toMatchObject({ rejected: "BAD_SHAPE", where: "Status" });
  expect(event({ RoomAnalytics: { AmbientTemperature: "warm" } })).toMatchObject({ rejected: "BAD_SHAPE" });
});
