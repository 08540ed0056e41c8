import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { RejectedView } from "#contract/api/requests.ts";
import type { DemoView } from "#contract/api/views.ts";
import { systemClock } from "#contract/system-clock.ts";
import { hours, minutes } from "#contract/units.ts";
import { encode, topicOf } from "#contract/wire.ts";
import { packet, TestClient } from "#gateway/broker/test-client.ts";
import { recorded } from "./recorded.ts";
import type { RestClient } from "./rest-client.ts";
import { AGENT, fromNow, harbourCard, ROOM, ROOM_KEY, SITE, StoryAgent, visitIn, WELL } from "./story-room.ts";
import { until } from "./until.ts";
import { WholeProgram } from "./whole-program.ts";

/** Who sends nonsense, with a key that is right. */
const ODD = "odd-device";
const TOPIC = topicOf("reading", { site: SITE, room: ROOM, device: "odd" });
const reading = (metrics: Record<string, unknown>, at = fromNow(minutes(0))): string => JSON.stringify({ at, metrics });
const BAND_OF_ODD = { device: "odd", metric: "temperature_c" };

let program: WholeProgram;
let facilities: RestClient;
let agent: StoryAgent;
let oddKey: string;
let visit: DemoView;
const clients: TestClient[] = [];
let isOver = false;

beforeAll(async () => {
  program = await WholeProgram.start();
  facilities = await program.as("facilities");
  await facilities.ask("PUT", `/rooms/${ROOM_KEY}`, harbourCard);
  visit = await facilities.ask<DemoView>("POST", "/demos", visitIn(minutes(90)));
  agent = await StoryAgent.signIn(program.mqtt, { key: await program.agentKey(AGENT, ROOM_KEY) });
  oddKey = await program.agentKey(ODD, ROOM_KEY);
  await agent.tellPast(WELL, minutes(5), minutes(0));
  await until("the visit is ready", async () => (await facilities.demo(visit.id)).status === "ready");
}, 90_000);

/** Whatever was sent: it runs, goes on taking what is right, and judges the room by that. */
afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.destroy();
  if (isOver) return;
  expect(program.isAlive).toBe(true);
  await agent.tell("air", WELL["air"] ?? {});
  const { readiness } = await facilities.demo(visit.id);
  const troubled = readiness?.verdict.checks.filter(({ outcome }) => outcome !== "ready").map(({ check }) => check);
  expect(["", "sensor_health"]).toContain(troubled?.join(" "));
});
afterAll(async () => {
  await agent?.stop();
  await program?.dispose();
});

async function oddClient(key = oddKey, clientId = ODD): Promise<TestClient> {
  const client = new TestClient(program.mqttPort);
  clients.push(client);
  expect(await client.signIn({ agent: ODD, key, clientId })).toBe(0);
  return client;
}
/** The newest refusal of that code that says so. */
const refusal = (code: string, why: RegExp): Promise<RejectedView> =>
  until(`${code} ${why} among what was refused`, async () =>
    (await facilities.rejected()).find((each) => each.code === code && why.test(`${each.where}: ${each.why}`)),
  );

describe("what a device says wrongly is acknowledged, kept aside, and shown with where and why", () => {
  const rows: [name: string, payload: string | Buffer, code: string, why: RegExp][] = [
    ["no JSON", "{not json", "BAD_JSON", /payload: /],
    ["bytes that are not UTF-8", Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), "BAD_JSON", /payload: /],
    ["nothing at all", "", "BAD_JSON", /payload: /],
    ["JSON of another shape", '["a"]', "BAD_SHAPE", /payload: /],
    ["a key that is missing", `{"at":"${fromNow(minutes(0))}"}`, "BAD_SHAPE", /metrics: /],
    [
      "a unit that is not taken",
      reading({ temperature_f: 72 }),
      "BAD_UNIT",
      /metrics\.temperature_f: send temperature_c/,
    ],
    [
      "a value of the wrong type",
      reading({ temperature_c: "warm" }),
      "BAD_SHAPE",
      /metrics\.temperature_c: must be a number/,
    ],
    ["metrics that nobody knows", reading({ aura: 7 }), "UNKNOWN_METRIC", /metrics: none is known: aura/],
    ["a time without a zone", reading({ temperature_c: 21 }, "2026-11-21T12:00:00"), "BAD_TIME", /at: .*RFC 3339/],
    ["a time in the future", reading({ temperature_c: 21 }, fromNow(hours(3))), "BAD_TIME", /at: is in the future/],
    [
      "an ancient time",
      reading({ temperature_c: 21 }, "1999-12-31T23:59:59Z"),
      "BAD_TIME",
      /at: is older than what history keeps/,
    ],
    [
      "somebody else's name",
      encode("reading", { at: fromNow(minutes(0)), agent: AGENT, boot: "b", seq: 1, metrics: { temperature_c: 21 } }),
      "NOT_ALLOWED",
      /agent: the payload says pi-3/,
    ],
  ];
  for (const [name, payload, code, why] of rows)
    it(`${name}: ${code}`, async () => {
      const odd = await oddClient();
      expect(await odd.publish({ topic: TOPIC, payload })).toBe(true);
      const { topic, sender, payload: kept } = await refusal(code, why);
      expect([topic, sender]).toEqual([TOPIC, ODD]);
      if (typeof payload === "string") expect(kept).toBe(payload);
      expect(recorded(program.dataDir, BAND_OF_ODD)).toEqual([]);
    });

  it("what is refused is counted for people's screens", async () => {
    await until("the status line", async () => (await facilities.system()).rejected_last_hour >= rows.length);
  });
});

describe("topics", () => {
  for (const [name, topic] of [
    ["one that is not part of the wire", "greenroom/v1/hq/harbour/odd/telemetry"],
    ["one of another system", "zigbee2mqtt/office"],
    ["a room that is not the sender's", "greenroom/v1/hq/boardroom/odd/reading"],
    ["a verdict, which only the gateway says", "greenroom/v1/hq/harbour/readiness"],
  ] as const)
    it(`${name} is kept aside and reaches nobody`, async () => {
      const odd = await oddClient();
      expect(await odd.publish({ topic, payload: reading({ temperature_c: 21 }) })).toBe(true);
      const kept = await until("it is among what was refused", async () =>
        (await facilities.rejected()).find((each) => each.topic === topic),
      );
      expect(["WRONG_TOPIC", "NOT_ALLOWED"]).toContain(kept.code);
      expect(kept.why.length).toBeGreaterThan(10);
    });
});

describe("absurd values", () => {
  it("are stored as claimed, are a finding about the sensor, and do not make the room hot", async () => {
    const odd = await oddClient();
    const topic = topicOf("reading", { site: SITE, room: ROOM, device: "air-2" });
    for (let ago = 4; ago >= 0; ago--)
      expect(await odd.publish({ topic, payload: reading({ temperature_c: 394 }, fromNow(minutes(-ago))) })).toBe(true);
    await until(
      "they are in history",
      () => recorded(program.dataDir, { device: "air-2", metric: "temperature_c" }).length === 5,
    );
    const room = await until("a finding", async () => {
      const detail = await facilities.room(ROOM_KEY);
      return detail.findings.some(({ device, kind }) => device === "air-2" && kind === "out_of_range") && detail;
    });
    expect(room.temperature_c).toBe(22);
  });
});

describe("sizes and floods", () => {
  it("1 MB is refused at its header: never acknowledged, the link ends, and the reason is shown", async () => {
    const odd = await oddClient();
    const body = Buffer.from(reading({ temperature_c: 21, note: "x".repeat(1024 * 1024) }));
    expect(await odd.publish({ topic: TOPIC, payload: body })).toBe(false);
    await odd.closed;
    expect((await refusal("TOO_LARGE", /64 KiB|65536|bytes/)).sender).toBe(ODD);
  });

  it("a flood of one loses nothing, and the others get through meanwhile", async () => {
    const odd = await oddClient();
    const FLOOD = 12_000;
    const base = systemClock.now() - hours(2);
    for (let i = 0; i < FLOOD; i++)
      void odd.publish({
        topic: topicOf("reading", { site: SITE, room: ROOM, device: "flood" }),
        payload: reading({ co2_ppm: 500 }, new Date(base + i).toISOString()),
      });
    const startedAt = performance.now();
    await agent.tell("air", WELL["air"] ?? {});
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    await until("all of it is acknowledged", () => odd.acknowledged.length === FLOOD, 40_000);
    await until(
      "all of it is in history",
      () => recorded(program.dataDir, { device: "flood", metric: "co2_ppm" }).length === FLOOD,
      40_000,
    );
  }, 90_000);

  it("bytes that are no MQTT end that connection, and only that", async () => {
    const odd = new TestClient(program.mqttPort);
    clients.push(odd);
    odd.socket.write("GET / HTTP/1.1\r\n\r\n");
    await odd.closed;
    const late = await oddClient();
    late.socket.write(packet(0xf0, Buffer.alloc(3)));
    await late.closed;
  });
});

describe("who is who", () => {
  it("a wrong key is refused in words, and shown", async () => {
    const stranger = new TestClient(program.mqttPort);
    clients.push(stranger);
    // MQTT 3.1.1 §3.2.2.3: 4 is "bad user name or password".
    expect(await stranger.signIn({ agent: ODD, key: "wrong" })).toBe(4);
    await stranger.closed;
    expect(await refusal("NOT_ALLOWED", /key|password|sign/i)).toBeDefined();
  });

  it("of two that carry one agent's last will, the second takes over, and four times a minute is enough", async () => {
    const will = {
      topic: topicOf("agentState", { site: SITE, agent: ODD }),
      payload: JSON.stringify({ at: fromNow(minutes(0)), state: "offline" }),
    };
    const signIn = async (): Promise<{ client: TestClient; answer: number | undefined }> => {
      const client = new TestClient(program.mqttPort);
      clients.push(client);
      return { client, answer: await client.signIn({ agent: ODD, key: oddKey, will }) };
    };
    let linked = await signIn();
    expect(linked.answer).toBe(0);
    for (let i = 0; i < 12; i++) {
      const next = await signIn();
      if (next.answer !== 0) {
        expect(linked.client.isClosed).toBe(false);
        expect(await linked.client.publish({ topic: TOPIC, payload: "{}" })).toBe(true);
        expect(await refusal("CONFLICT", /./)).toBeDefined();
        return;
      }
      await linked.client.closed;
      linked = next;
    }
    throw new Error("two programs of one name go on taking over from each other");
  });
});

describe("calendars", () => {
  const put = (ics: string): ReturnType<RestClient["call"]> =>
    facilities.call("PUT", "/calendars/sales", { name: "sales", ics, room: ROOM_KEY });

  it("a broken one names line and reason, and the demos that are known stay", async () => {
    const answer = await put(
      "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:yesterday\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    );
    expect(JSON.stringify(answer.body)).toMatch(/line 5|DTSTART/);
    expect((await facilities.demo(visit.id)).title).toBe("Acme pitch");
  });

  it("what is no calendar at all is refused with a reason", async () => {
    const answer = await put("<html>Sign in to continue</html>");
    expect(JSON.stringify(answer.body)).toMatch(/VCALENDAR|calendar/i);
    expect((await facilities.demo(visit.id)).title).toBe("Acme pitch");
  });

  it("a huge one is refused before it is read", async () => {
    const { status } = await put(`BEGIN:VCALENDAR\r\n${"X-NOISE:x\r\n".repeat(1_200_000)}END:VCALENDAR\r\n`);
    expect([400, 413]).toContain(status);
  });
});

describe("REST", () => {
  it("a broken body, a broken card and a broken visit each name every fault", async () => {
    const card = await facilities.call("PUT", `/rooms/${ROOM_KEY}`, { ...harbourCard, seats: -1, zone: 7 });
    expect(card.status).toBe(400);
    expect(card.body.errors?.map(({ where }) => where).toSorted()).toEqual([
      expect.stringContaining("seats"),
      expect.stringContaining("zone"),
    ]);
    const demo = await facilities.call("POST", "/demos", visitIn(minutes(30), { end: fromNow(minutes(10)) }));
    expect([demo.status, demo.body.code]).toEqual([400, "INPUT_INVALID"]);
    expect((await facilities.room(ROOM_KEY)).seats).toBe(8);
  });
});

it("after all of that, everything that was acknowledged is in history", async () => {
  await until("every reading of the agent", () => {
    const air = recorded(program.dataDir, { device: "air", metric: "temperature_c" });
    return air.length === agent.toldOf("air");
  });
  isOver = true;
  expect(await program.stop()).toBe(0);
});
