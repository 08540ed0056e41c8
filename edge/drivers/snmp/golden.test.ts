import { createSocket } from "node:dgram";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { silentLog } from "#contract/log.ts";
import { isPlausible, metrics as registry } from "#contract/metrics.ts";
import { systemClock } from "#contract/system-clock.ts";
import { instant, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { startSnmpDevice } from "#simulators/devices/snmp.ts";
import { Secret } from "../../secret.ts";
import { snmp } from "./driver.ts";
import { SnmpOptions } from "./options.ts";
import { parseSnmp } from "./readings.ts";

interface Golden {
  options: object;
  answers: unknown;
  expect: object;
}
const folder = new URL("golden/", import.meta.url);
const golden = readdirSync(folder).map((name) => {
  return [name, JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Golden] as const;
});

test.each(golden)("%s", (_, { options, answers, expect: wanted }) => {
  expect(parseSnmp(JSON.stringify(answers), options)).toEqual(wanted);
});

const corpus = new URL("../../../../shared/payloads/snmp.jsonl", import.meta.url);
describe.skipIf(!existsSync(corpus))("a recorded value", () => {
  const lines = (existsSync(corpus) ? readFileSync(corpus, "utf8").trim().split("\n") : []).map(
    (line) => JSON.parse(line) as { payload: string; note: string },
  );
  const said = (part: string): string => {
    const found = lines.find(({ payload }) => payload.includes(part));
    if (found === undefined) throw new Error(`no line with ${part}`);
    return `[${found.payload}]`;
  };
  const outlets = (field: number): object => ({
    map: [{ oid: "1.3.6.1.4.1.318.1.1.4.2.2.0", metric: "switched_on", field, values: { On: true, Off: false } }],
  });
  const faultyOutlet = (field: number): object => ({
    map: [{ oid: "1.3.6.1.4.1.17420.1.1.3.2.1.3.1", metric: "switched_on", field, values: { "1": true, "0": false } }],
  });
  const is = (value: object): object => ({ ok: true, value });

  test.each([
    ["uptime in hundredths", "8640000", {}, is({ uptime_s: 86_400 })],
    [
      "a device that is down",
      '.25.3.2.1.5.1\\", \\"type\\": \\"Integer\\", \\"value\\": 5'.replaceAll("\\", ""),
      { profile: "printer" },
      is({ other_health: "error" }),
    ],
    [
      "a warning",
      '.25.3.2.1.5.1", "type": "Integer", "value": 3',
      { profile: "printer" },
      is({ other_health: "warning" }),
    ],
    ["no paper and a jam", "0x44", { profile: "printer" }, is({ other_health: "error" })],
    ["some supply left is no share", '"value": -3', { profile: "printer" }, is({})],
    ["tenths of an ampere", '"value": 27', { profile: "pdu" }, is({ current_a: 2.7 })],
    [
      "a UPS on its battery",
      ".33.1.4.1.0",
      { profile: "ups" },
      is({ external_power: false, switched_on: true, other_health: "warning" }),
    ],
    ["minutes left", ".33.1.2.3.0", { profile: "ups" }, is({ runtime_left_min: 12 })],
    ["an outlet of words", "On Off On On", outlets(2), is({ switched_on: false })],
    ["a strip that does not know itself", "Unknown", outlets(1), { ok: false }],
    ["an outlet of a list", "1,2,0,3", faultyOutlet(1), is({ switched_on: true })],
    ["an outlet that has failed", "1,2,0,3", faultyOutlet(4), { ok: false }],
    ["no answer", "timeout", {}, is({})],
  ] as const)("%s", (_, part, options, wanted) => {
    expect(parseSnmp(said(part), options)).toMatchObject(wanted);
  });
});

const someOptions = fc.constantFrom(...golden.map(([, { options }]) => options), {}, { profile: "printer" });
test("law: whatever an agent answers, it is plausible values or a reason", () => {
  const oids = golden.flatMap(([, { answers }]) =>
    (Array.isArray(answers) ? answers : []).map((each: { oid: string }) => each.oid),
  );
  const varbind = fc.record({
    oid: fc.oneof(fc.constantFrom(...oids), fc.string()),
    type: fc.constantFrom(
      "Integer",
      "OctetString",
      "Counter64",
      "Opaque",
      "OctetString(hex)",
      "Gauge",
      "TimeTicks",
      "x",
    ),
    value: fc.oneof(fc.integer(), fc.double(), fc.string(), fc.constantFrom("ff00", "On", "1,2,3")),
  });
  fc.assert(
    fc.property(fc.oneof(fc.array(varbind), fc.anything()), someOptions, (answers, options) => {
      const parsed = parseSnmp(JSON.stringify(answers) ?? "", options);
      if (!parsed.ok) expect(parsed.why).not.toBe("");
      for (const [name, value] of Object.entries(parsed.ok ? parsed.value : {})) {
        const metric = registry.get(name);
        expect(metric !== undefined && isPlausible(metric, value)).toBe(true);
      }
    }),
    { numRuns: 3_000 },
  );
});

test("law: no packet, however broken, makes a poll throw, hang or tell what cannot be", async () => {
  const objects = { "1.3.6.1.2.1.1.1.0": "x", "1.3.6.1.2.1.33.1.2.4.0": 98, "1.3.6.1.2.1.33.1.4.1.0": 3 };
  const device = await startSnmpDevice({ host: "127.0.0.1", clock: systemClock, objects });
  let mutate = (bytes: Buffer): Buffer => bytes;
  const [front, back] = [createSocket("udp4"), createSocket("udp4")];
  let client = 0;
  front.on("message", (bytes, { port }) => {
    client = port;
    back.send(bytes, device.port, "127.0.0.1");
  });
  back.on("message", (bytes) => front.send(mutate(bytes), client, "127.0.0.1"));
  await new Promise<void>((resolve) => front.bind(0, "127.0.0.1", resolve));
  const options = SnmpOptions.parse({
    host: "127.0.0.1",
    port: front.address().port,
    community: new Secret("public"),
    profile: "ups",
  });
  const open = snmp.open(options, { clock: new VirtualClock(instant(0)), log: silentLog });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }), async (changes) => {
      mutate = (bytes) => {
        const said = Buffer.from(bytes);
        for (const [at, byte] of changes) said[at % said.length] = byte;
        return said;
      };
      // What is not an answer is waited for; here nobody needs to.
      const seen = await open.poll(AbortSignal.timeout(40));
      for (const [name, value] of Object.entries(seen.metrics)) {
        const metric = registry.get(name);
        expect(metric !== undefined && isPlausible(metric, value)).toBe(true);
      }
    }),
    { numRuns: 150 },
  );
  front.close();
  back.close();
  await device.stop();
  expect(seconds(1)).toBe(1_000);
});
