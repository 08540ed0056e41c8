import { afterEach, expect, it } from "vitest";
import { rfc3339 } from "#contract/units.ts";
import { publish } from "#contract/wire.ts";
import { at, RelayStory } from "../relay/relay-fixture.ts";

let story: RelayStory | undefined;
afterEach(async () => {
  await story?.stop();
  story = undefined;
});

const says = (s: RelayStory, room: string, temperature_c: number): Promise<void> =>
  publish(
    s.wire,
    "reading",
    { site: "hq", room, device: "air-9" },
    { at: rfc3339(s.clock.now()), metrics: { temperature_c } },
  );
const list = (s: RelayStory) => s.kept("unclaimed", "hq/agents/gateway/unclaimed")?.devices;
const line = { device: "air", name: "Air", kind: "sensor" as const, room_air: true };

it("a plain MQTT sensor without a room waits, and is heard in the room that claims it, at once and from then on", async () => {
  const s = (story = await RelayStory.begin([]));
  await s.card("lotus");
  await says(s, "unclaimed", 21);
  await s.pause(2_000);
  expect(list(s)).toMatchObject([{ device: "hq/unclaimed/air-9", values: { temperature_c: { value: 21 } } }]);
  const verdicts = await s.hear("readiness");
  const readings = await s.hear("reading");
  await s.card("lotus", { devices: [{ ...line, source: { via: "wire", device: "hq/unclaimed/air-9" } }] });
  await s.pause(1_000);
  await says(s, "unclaimed", 22);
  await s.pause(6_000);
  expect(readings.map(({ topic, value }) => [topic, value.agent, value.at, value.metrics["temperature_c"]])).toEqual([
    ["hq/lotus/air/reading", "gateway", rfc3339(at(0)), 21],
    ["hq/unclaimed/air-9/reading", undefined, rfc3339(at(3)), 22],
    ["hq/lotus/air/reading", "gateway", rfc3339(at(3)), 22],
  ]);
  expect(verdicts.at(-1)?.value.evidence).toContainEqual(
    expect.objectContaining({ device: "air", metric: "temperature_c", kind: "known", value: 22 }),
  );
  expect(list(s)).toEqual([]);
});

it("a device that was claimed into another room counts there alone, also after a restart", async () => {
  const s = (story = await RelayStory.begin([]));
  await s.card("lotus");
  await s.card("peak", { devices: [{ ...line, source: { via: "wire", device: "hq/lotus/air-9" } }] });
  const verdicts = await s.hear("readiness");
  for (let i = 0; i < 2; i++) {
    await says(s, "lotus", 22 + i);
    await s.pause(60_000);
    await s.stop();
    await s.start();
  }
  await s.pause(60_000);
  const last = (room: string) => verdicts.findLast(({ topic }) => topic === `hq/${room}/readiness`)?.value.evidence;
  expect(last("lotus")).toEqual([]);
  expect(last("peak")).toMatchObject([{ device: "air", value: 23 }]);
});

it("who is on the card is no stranger, nor is what maps and panels say", async () => {
  const s = (story = await RelayStory.begin([
    { vendor: "zigbee2mqtt", devices: { x: { room: "lotus", device: "x" } } },
  ]));
  await s.card("lotus", { devices: [{ ...line, device: "air-9" }] });
  await says(s, "lotus", 21);
  await s.gear("zigbee2mqtt/x", { temperature: 21 });
  const panel = { site: "hq", room: "lotus", device: "panel" };
  await publish(s.wire, "reading", panel, { at: rfc3339(at(0)), metrics: { reset_pressed: true } });
  await s.pause(10_000);
  expect(list(s) ?? []).toEqual([]);
});

it("two cards that send a device round in circles send nothing round", async () => {
  const s = (story = await RelayStory.begin([]));
  await s.card("lotus", { devices: [{ ...line, source: { via: "wire", device: "hq/peak/air" } }] });
  await s.card("peak", { devices: [{ ...line, source: { via: "wire", device: "hq/lotus/air" } }] });
  const readings = await s.hear("reading");
  await publish(
    s.wire,
    "reading",
    { site: "hq", room: "lotus", device: "air" },
    { at: rfc3339(at(0)), metrics: { temperature_c: 21 } },
  );
  await s.pause(1_000);
  expect(readings).toHaveLength(2);
});
