import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isPlausible, metrics } from "#contract/metrics.ts";
import { decodeDevice } from "./decode-device.ts";

const read = (topic: string, text: string): unknown => {
  const { parsed } = decodeDevice(topic, Buffer.from(text)) ?? { parsed: undefined };
  return parsed?.ok === true ? parsed.value : parsed?.code;
};

test.each([
  ["tcp:4352", "PJLINK 1 498e4a67\r", {}],
  ["tcp:4352", "PJLINK 2 00112233445566778899aabbccddeeff\r", {}],
  ["tcp:4352", "PJLINK ERRA\r", "DEVICE_PASSWORD"],
  ["tcp:4352", "%1POWR=3\r", { power_state: "warming" }],
  ["tcp:4352", "%1POWR=OK\r", {}],
  ["tcp:4352", "%1POWR=9\r", "DEVICE_GARBAGE"],
  ["udp:4352", "%2POWR=0\r", { power_state: "standby" }],
  ["snmp 1.3.6.1.2.1.1.3.0", '{"oid":"1.3.6.1.2.1.1.3.0","type":"TimeTicks","value":12300}', { uptime_s: 123 }],
  [
    "snmp 1.3.6.1.2.1.33.1.2.3.0",
    '{"oid":"1.3.6.1.2.1.33.1.2.3.0","type":"Integer","value":7}',
    { runtime_left_min: 7 },
  ],
  ["snmp 1.3", "[", "DEVICE_GARBAGE"],
  ["tcp:1710", '{"jsonrpc":"2.0","method":"EngineStatus","params":{"State":"Idle"}}\0', { other_health: "error" }],
  ["tcp:1710", '{"jsonrpc":"2.0","id":1,"error":{"code":8,"message":"Unknown control"}}', "DEVICE_FAULT"],
  ["tcp:1710", "{", "DEVICE_GARBAGE"],
])("%s says %j", (topic, text, wanted) => {
  expect(read(topic, text)).toEqual(wanted);
});

test("what was heard anywhere else is nobody's answer here", () => {
  expect(decodeDevice("zigbee2mqtt/lotus", Buffer.from("{}"))).toBeUndefined();
});

test("law: any text is read as plausible values or refused with a reason", () => {
  const topic = fc.constantFrom("tcp:4352", "udp:4352", "tcp:1710", "snmp 1.3.6.1");
  fc.assert(
    fc.property(topic, fc.oneof(fc.string(), fc.json()), (where, text) => {
      const parsed = decodeDevice(where, Buffer.from(text))?.parsed;
      if (parsed?.ok === false) expect(parsed.why).not.toBe("");
      for (const [name, value] of Object.entries(parsed?.ok === true ? parsed.value : {})) {
        const metric = metrics.get(name);
        expect(metric !== undefined && isPlausible(metric, value)).toBe(true);
      }
    }),
  );
});
