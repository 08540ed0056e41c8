import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { matches } from "./bus.ts";
import { errorKinds } from "./errors.ts";
import { ID_PATTERN, RESERVED_DEVICES, RESERVED_ROOM } from "./ids.ts";
import { MemoryBus, MemoryBroker } from "./memory-bus.ts";
import {
  type Address,
  encode,
  filterOf,
  isRemoval,
  type Kind,
  kinds,
  parsePayload,
  parseTopic,
  type Payload,
  publish,
  ROOT,
  topicOf,
  unpublish,
  wire,
} from "./wire.ts";

const AT = "2026-11-21T10:00:00.000Z";
const LATER = "2026-11-21T11:00:00+01:00";

const anId = fc.stringMatching(ID_PATTERN);
const aRoom = anId.filter((id) => id !== RESERVED_ROOM);
const aDevice = anId.filter((id) => !RESERVED_DEVICES.includes(id));
const parts = {
  room: aRoom,
  device: aDevice,
  agent: anId,
  id: fc.stringMatching(/^[a-z0-9-]{1,64}$/).filter((id) => !/^(reading|state|command|result)$/.test(id)),
};

/** Any address that a kind can have. */
function addressOf(kind: Kind): fc.Arbitrary<Address> {
  const named = [...wire[kind].path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as keyof typeof parts);
  return fc.record({ site: anId, ...Object.fromEntries(named.map((name) => [name, parts[name]])) });
}

describe.each(kinds)("the topic of %s", (kind) => {
  it("is read back as what it was made of, and its filter takes it", () => {
    fc.assert(
      fc.property(addressOf(kind), (address) => {
        const topic = topicOf(kind, address);
        expect(parseTopic(topic)).toEqual({ kind, ...address });
        expect(matches(filterOf(kind), topic)).toBe(true);
        expect(matches(filterOf(kind, address.site), topic)).toBe(true);
        expect(matches(filterOf(kind, `${address.site}x`), topic)).toBe(false);
      }),
    );
  });

  it("cannot be made of an address that lacks a part", () => {
    expect(() => topicOf(kind, { site: "hq" })).toThrow(TypeError);
  });
});

describe("a topic that is not of the wire", () => {
  it.each([
    "",
    "/",
    "greenroom",
    "greenroom/v1",
    "greenroom/v1/hq",
    "greenroom/v1/hq/atrium",
    "greenroom/v2/hq/atrium/card",
    "Greenroom/v1/hq/atrium/card",
    "/greenroom/v1/hq/atrium/card",
    "greenroom/v1/hq/atrium/card/",
    "greenroom/v1/hq/atrium/card/more",
    "greenroom/v1//atrium/card",
    "greenroom/v1/hq//card",
    "greenroom/v1/+/atrium/card",
    "greenroom/v1/hq/#",
    "greenroom/v1/hq/../card",
    "greenroom/v1/hq/Atrium/card",
    "greenroom/v1/hq/agents/card",
    "greenroom/v1/hq/agents/readiness",
    "greenroom/v1/hq/agents/a/reading",
    "greenroom/v1/hq/agents/a/state/x",
    "greenroom/v1/hq/atrium/alerts",
    "greenroom/v1/hq/atrium/alerts/reading",
    "greenroom/v1/hq/atrium/alerts/state",
    "greenroom/v1/hq/atrium/alerts/x/reply/y",
    "greenroom/v1/hq/atrium/alerts/UPPER",
    "greenroom/v1/hq/atrium/card/reading",
    "greenroom/v1/hq/atrium/memory/state",
    "greenroom/v1/hq/atrium/codec/readings",
    "greenroom/v1/hq/atrium/codec/__proto__",
    "greenroom/v1/hq/atrium/constructor",
    "$SYS/broker/uptime",
    "greenroom/settled/me",
  ])("%j is nothing", (topic) => {
    expect(parseTopic(topic)).toBeUndefined();
  });

  it("whatever is read as a topic is exactly that topic", () => {
    const part = fc.oneof(
      fc.constantFrom(
        "greenroom",
        "v1",
        "agents",
        "alerts",
        "state",
        "reply",
        "card",
        "reading",
        "",
        "+",
        "#",
        "\u0000",
      ),
      fc.string({ maxLength: 4 }),
      anId,
    );
    const near = fc.array(part, { maxLength: 6 }).map((tail) => [ROOT, ...tail].join("/"));
    let read = 0;
    fc.assert(
      fc.property(fc.oneof(near, fc.string()), (topic) => {
        const parsed = parseTopic(topic);
        if (parsed === undefined) return;
        read += 1;
        expect(topicOf(parsed.kind, parsed)).toBe(topic);
      }),
      { numRuns: 3_000 },
    );
    expect(read).toBeGreaterThan(0);
  });
});

const verdict: Payload<"readiness">["now"] = {
  outcome: "degraded",
  score: 93.5,
  score_hi: 93.5,
  confidence: 1,
  sentence: "Room is 24.3 °C, 0.3 K above 24.",
  checks: [
    {
      check: "temperature",
      outcome: "degraded",
      hard: true,
      code: "TOO_WARM",
      sentence: "x",
      since: AT,
      lost: 6.5,
      freshness: 1,
    },
  ],
};
const step = { remedy: "setpoint", label: "Correct it", p50_min: 10, p90_min: 20, act_by: AT };

/** One message of each kind; a new kind does not compile without one. */
const examples: { [K in Kind]: Payload<K> } = {
  reading: {
    at: AT,
    agent: "rack",
    boot: "b1",
    seq: 1,
    metrics: { temperature_c: 21.5, occupied: true, power_state: "on", co2_ppm: null },
    late: true,
  },
  deviceState: {
    at: AT,
    state: "sleeping",
    agent: "rack",
    intervals_s: { temperature_c: 10 },
    error: { code: "DEVICE_SILENT", text: "x" },
  },
  agentState: {
    at: AT,
    state: "online",
    boot: "b1",
    devices: ["atrium/codec"],
    outbox: { waiting: 0, oldest: { boot: "b1", seq: 3 }, dropped: 0 },
  },
  committed: { at: AT, boots: [{ boot: "b1", seq: 17 }] },
  command: { id: "c1", at: AT, deadline: LATER, command: "preflight", by: "gateway" },
  result: { id: "c1", at: AT, ok: false, code: "DEVICE_SILENT", text: "no answer" },
  card: {
    name: "Atrium",
    floor: "3",
    zone: "Europe/Berlin",
    seats: 8,
    capabilities: ["display"],
    devices: [{ device: "air", name: "Air", kind: "sensor", room_air: true }],
    comfort: { temperature_c: { ready: [20, 24], usable: [19, 25] } },
    remedies: { setpoint: { p50_min: 5, p90_min: 9 } },
  },
  demos: {
    at: AT,
    demos: [
      {
        id: "d",
        title: "Demo",
        start: AT,
        end: LATER,
        arrival: AT,
        needs: { people: 4, capabilities: ["display"] },
        target: 0.9,
      },
    ],
    bookings: [{ start: AT, end: LATER }],
  },
  maintenance: { at: AT, windows: [{ id: "w", start: AT, end: LATER, reason: "paint" }] },
  readiness: {
    at: AT,
    now: verdict,
    demos: [
      {
        demo: "d",
        start: AT,
        arrival: AT,
        end: LATER,
        status: "at_risk",
        sentence: "x",
        verdict,
        p_ready: 0.7,
        basis: "prior",
        act_by: AT,
        causes: [
          { cause: "temperature", checks: ["temperature"], sentence: "x", p_ready: 0.7, act_by: AT, steps: [step] },
        ],
      },
    ],
    evidence: [
      { device: "air", metric: "temperature_c", kind: "known", value: 24.3, at: AT, since: AT, interval_s: 10 },
    ],
    findings: [{ device: "air", metric: "*", kind: "silent", from: AT, confidence: 0.9, sentence: "x" }],
  },
  alert: {
    id: "a1",
    at: AT,
    cause: "temperature",
    title: "Too warm",
    sentence: "x",
    rooms: ["hq/atrium"],
    status: "open",
    priority: 2,
    raised_at: AT,
    act_by: LATER,
    p_ready: 0.4,
    steps: [step],
    level: 0,
    notifications: [{ key: "k", channel: "mail", to: "lead", at: AT, state: "sent" }],
    history: [{ at: AT, event: "raised" }],
    held: { duplicate: 2 },
  },
  reply: { at: AT, reply: "snooze", by: "Fiona", until: LATER },
  memory: { at: AT, version: 1, state: { anything: [1, null] } },
  nudge: { at: AT, until: LATER, demo: "d", nudge: "wrap_up", text: "A client comes at 14:00." },
  door: {
    at: AT,
    name: "Atrium",
    floor: "3",
    outcome: "ready",
    score: 100,
    sentence: "x",
    alerts: 0,
    next_status: "ready",
    next_start: AT,
    next_end: LATER,
    next_p_ready: 0.98,
  },
  siteMemory: { at: AT, version: 1, state: { repairs: [] } },
  unclaimed: {
    at: AT,
    title: "Zigbee2MQTT",
    devices: [
      { device: "0x1", since: AT, last_at: LATER, heard: 3, values: { temperature_c: { value: 21.5, at: LATER } } },
    ],
    more: 0,
  },
  untranslated: {
    at: AT,
    topic: "zigbee2mqtt/0x1",
    code: "BAD_JSON",
    where: "payload",
    why: "x",
    payload: "{",
    count: 1,
  },
};

describe.each(kinds)("a message of kind %s", (kind) => {
  const text = encode(kind, examples[kind] as never);

  it("is the same after it was sent and read", () => {
    expect(parsePayload(kind, text)).toEqual({ ok: true, value: examples[kind] });
    expect(parsePayload(kind, new TextEncoder().encode(text))).toEqual({ ok: true, value: examples[kind] });
  });

  it("keeps keys that it does not know", () => {
    const more = { ...examples[kind], unheard_of: { kept: [1] } };
    expect(parsePayload(kind, JSON.stringify(more))).toEqual({ ok: true, value: more });
  });

  it("names the key that is missing", () => {
    const named = Object.keys(examples[kind]).flatMap((key) => {
      const rest = Object.fromEntries(Object.entries(examples[kind]).filter(([name]) => name !== key));
      const parsed = parsePayload(kind, JSON.stringify(rest));
      if (!parsed.ok) expect(parsed).toMatchObject({ where: key, code: expect.stringMatching(/^BAD_/) });
      return parsed.ok ? [] : [key];
    });
    expect(named.length).toBeGreaterThan(0);
    expect(parsePayload(kind, "{}")).toMatchObject({ ok: false, code: "BAD_SHAPE" });
  });

  it("is read or refused with a code, a place and a reason, whatever the bytes", () => {
    const damaged = fc
      .tuple(fc.nat(text.length - 1), fc.string({ maxLength: 3 }))
      .map(([at, junk]) => new TextEncoder().encode(text.slice(0, at) + junk + text.slice(at + junk.length)));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 64 }),
          damaged,
          fc.json().map((json) => new TextEncoder().encode(json)),
        ),
        (bytes) => {
          const parsed = parsePayload(kind, bytes);
          if (parsed.ok) return;
          expect(Object.keys(errorKinds)).toContain(parsed.code);
          expect(parsed.where).not.toBe("");
          expect(parsed.why).not.toBe("");
        },
      ),
      { numRuns: 200 },
    );
  });
});

test.each([
  ["not JSON", "BAD_JSON", "payload"],
  [new Uint8Array([0x22, 0xff, 0x22]), "BAD_JSON", "payload"],
  ["", "BAD_JSON", "payload"],
  ["null", "BAD_SHAPE", "payload"],
  [`{"at":"2026-11-21T10:00:00","metrics":{}}`, "BAD_TIME", "at"],
  [`{"at":"yesterday","metrics":{}}`, "BAD_TIME", "at"],
  [`{"at":"${AT}"}`, "BAD_SHAPE", "metrics"],
  [`{"at":"${AT}","metrics":{"temperature_c":[]}}`, "BAD_SHAPE", "metrics.temperature_c"],
  [`{"at":"${AT}","metrics":{},"agent":"Not An Id"}`, "BAD_SHAPE", "agent"],
  [`{"at":"${AT}","metrics":{},"seq":0}`, "BAD_SHAPE", "seq"],
])("a reading of %j is %s at %s", (payload, code, where) => {
  expect(parsePayload("reading", payload)).toMatchObject({ ok: false, code, where });
});

test("what is published has its kind's retention, and can be taken back", async () => {
  const bus = new MemoryBus(new MemoryBroker());
  const address = { site: "hq", room: "atrium" };
  await publish(bus, "card", address, examples.card);
  const got: { retained: boolean; removed: boolean }[] = [];
  await bus.subscribe(filterOf("card"), (message) =>
    got.push({ retained: message.retained, removed: isRemoval(message) }),
  );
  await bus.settled();
  await unpublish(bus, "card", address);
  const after: string[] = [];
  await bus.subscribe(filterOf("card"), (message) => after.push(message.topic));
  await bus.settled();
  expect(got[0]).toEqual({ retained: true, removed: false });
  expect(got.at(-1)?.removed).toBe(true);
  expect(after).toEqual([]);
});
