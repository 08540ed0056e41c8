import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { metrics } from "#contract/metrics.ts";
import { mutate } from "../mutate.ts";
import { announcedBy, parseDiscovery } from "./parse-discovery.ts";

const of = (config: unknown, topic = "homeassistant/sensor/node/object/config") =>
  parseDiscovery(topic, Buffer.from(typeof config === "string" ? config : JSON.stringify(config)));
const base = { state_topic: "a/b", device_class: "temperature", unit_of_measurement: "°C" };
const metric = (config: object, component = "sensor"): unknown => {
  const read = of(config, `homeassistant/${component}/object/config`);
  return read.ok && !read.removes ? read.entities[0]?.metric : read;
};

test.each([
  [base, "temperature_c"],
  [{ ...base, unit_of_measurement: "°F" }, "temperature_c"],
  [{ ...base, unit_of_measurement: undefined }, null],
  [{ ...base, unit_of_measurement: "hot" }, null],
  [{ ...base, entity_category: "diagnostic" }, "chip_temperature_c"],
  [{ ...base, value_template: "{{ value_json.device_temperature }}" }, "chip_temperature_c"],
  [{ ...base, device_class: "carbon_dioxide", unit_of_measurement: "ppm" }, "co2_ppm"],
  [{ ...base, device_class: "sound_pressure", unit_of_measurement: "dB" }, null],
  [{ ...base, device_class: "voltage", unit_of_measurement: "V" }, "voltage_v"],
  [{ ...base, device_class: "voltage", unit_of_measurement: "mV" }, "battery_v"],
  [{ ...base, device_class: "aqi", unit_of_measurement: "" }, null],
  [{ ...base, device_class: "toString" }, null],
  [{ ...base, device_class: null }, null],
])("a sensor %j announces %j", (config, wanted) => expect(metric(config)).toBe(wanted));

test.each([
  ["binary_sensor", { state_topic: "a", device_class: "motion" }, "occupied"],
  ["binary_sensor", { state_topic: "a", device_class: "window" }, null],
  ["switch", { command_topic: "a/set", state_topic: "a" }, "switched_on"],
  ["switch", { command_topic: "a/set" }, null],
  ["climate", { state_topic: "a", device_class: "temperature", unit_of_measurement: "°C" }, null],
])("a %s %j announces %j", (component, config, wanted) => expect(metric(config, component)).toBe(wanted));

test.each([
  ["{{ value_json.a }}", { path: "a" }],
  ["{{value_json['a b'].c[0]}}", { path: "a b.c.0" }],
  ["{{ value }}", {}],
  ["{{ value_json.a | float }}", { template: "{{ value_json.a | float }}" }],
])("the template %j is read as %j", (value_template, wanted) => {
  const read = of({ ...base, value_template });
  if (!read.ok || read.removes) throw new Error("is not read");
  const { path, template } = read.entities[0] ?? {};
  expect({ ...(path !== undefined && { path }), ...(template !== undefined && { template }) }).toEqual(wanted);
});

describe("short names", () => {
  it("are those in full, and topics get their base", () => {
    expect(
      of({
        "~": "x/1",
        stat_t: "~/state",
        avty: [{ t: "up/~" }],
        dev_cla: "humidity",
        unit_of_meas: "%",
        dev: { ids: "i" },
      }),
    ).toMatchObject({
      entities: [{ metric: "humidity_pct", device: "i", state_topic: "x/1/state", availability_topics: ["up/x/1"] }],
    });
  });

  it("count less than those in full", () => {
    expect(of({ ...base, stat_t: "other" })).toMatchObject({ entities: [{ state_topic: "a/b" }] });
  });
});

describe("a whole device", () => {
  const topic = "homeassistant/device/0AFFD2/config";
  const device = { ids: ["0AFFD2"], name: "Air" };
  it("announces each of its entities", () => {
    const cmps = {
      t: { p: "sensor", dev_cla: "temperature", unit_of_meas: "°C", val_tpl: "{{ value_json.t }}" },
      gone: { p: "sensor" },
      own: { p: "binary_sensor", dev_cla: "occupancy", stat_t: "~/occ" },
    };
    expect(of({ "~": "air/1", dev: device, o: { name: "x" }, stat_t: "~/state", cmps }, topic)).toEqual({
      ok: true,
      removes: false,
      entities: [
        expect.objectContaining({ metric: "temperature_c", state_topic: "air/1/state", path: "t", label: "Air" }),
        expect.objectContaining({ metric: "occupied", state_topic: "air/1/occ", device: "0AFFD2" }),
      ],
    });
  });
  test.each([
    [{ dev: device }, "components"],
    [{ dev: "x", cmps: {} }, "device"],
    [{ dev: device, cmps: { a: 1 } }, "components.a"],
    [{ dev: device, cmps: { a: { stat_t: "x" } } }, "components.a.platform"],
    [{ dev: device, cmps: { a: { p: "sensor", dev_cla: "power" } } }, "components.a.state_topic"],
  ])("%j is refused for its %s", (config, where) => {
    expect(of(config, topic)).toMatchObject({ ok: false, code: "BAD_SHAPE", where });
  });
});

describe("is refused", () => {
  test.each([
    ["{", "BAD_JSON", "payload"],
    ["[]", "BAD_SHAPE", "payload"],
    ["null", "BAD_SHAPE", "payload"],
    [{ device_class: "temperature" }, "BAD_SHAPE", "state_topic"],
    [{ ...base, state_topic: 1 }, "BAD_SHAPE", "state_topic"],
    [{ ...base, state_topic: "a/#" }, "BAD_SHAPE", "state_topic"],
    [{ ...base, state_topic: "" }, "BAD_SHAPE", "state_topic"],
    [{ ...base, availability_topic: "+" }, "BAD_SHAPE", "availability_topic"],
    [{ ...base, availability: [{}] }, "BAD_SHAPE", "availability"],
    [{ ...base, value_template: {} }, "BAD_SHAPE", "value_template"],
  ])("%j: %s at %s", (config, code, where) => expect(of(config)).toMatchObject({ ok: false, code, where }));

  it("at a topic that announces nothing", () => {
    expect(announcedBy("homeassistant/status")).toBeUndefined();
    expect(announcedBy("homeassistant/toaster/x/config")).toBeUndefined();
    expect(of(base, "homeassistant/sensor/a/b/c/config")).toMatchObject({ code: "WRONG_TOPIC" });
  });
});

test("nothing, kept by the broker, takes an announcement back", () => {
  expect(of("")).toEqual({ ok: true, removes: true });
});

test("law: whatever is announced, it never throws, and says only what the registry knows", () => {
  const samples = [
    base,
    { "~": "a", stat_t: "~/b", dev_cla: "power", unit_of_meas: "W", val_tpl: "{{value}}", dev: { ids: ["x"] } },
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...samples),
      fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
      (sample, stream) => {
        const topic = "homeassistant/sensor/x/config";
        const spoilt = mutate(
          { topic, payload: Buffer.from(JSON.stringify(sample)), retained: true },
          () => stream.next().value as number,
        );
        const read = parseDiscovery(topic, spoilt.payload);
        if (!read.ok) {
          expect(read.why).not.toBe("");
          return;
        }
        for (const { metric: name } of read.removes ? [] : read.entities)
          expect(name === null || metrics.has(name)).toBe(true);
      },
    ),
    { numRuns: 2_000 },
  );
});
