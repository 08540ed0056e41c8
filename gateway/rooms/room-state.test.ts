import { describe, expect, it } from "vitest";
import type { Reading } from "#contract/messages/reading.ts";
import type { RoomCard } from "#contract/messages/room.ts";
import { instant } from "#contract/units.ts";
import { Agents } from "./agents.ts";
import { RoomState } from "./room-state.ts";

const start = Date.UTC(2026, 10, 23, 9);
const at = (seconds: number) => instant(start + seconds * 1000);
const iso = (seconds: number): string => new Date(start + seconds * 1000).toISOString();

const card: RoomCard = {
  name: "Harbour",
  floor: "12",
  zone: "UTC",
  seats: 8,
  capabilities: [],
  devices: [
    { device: "air", name: "Air", kind: "sensor", agent: "pi" },
    { device: "air-2", name: "Second", kind: "sensor", agent: "pi" },
    { device: "rack", name: "Rack", kind: "sensor", room_air: false },
  ],
};

function room(): { room: RoomState; agents: Agents } {
  const agents = new Agents();
  const room = new RoomState("hq", "harbour", agents);
  room.takeCard(card, at(0));
  return { room, agents };
}

const says = (room: RoomState, device: string, seconds: number, rest: Partial<Reading>, now = seconds): boolean =>
  room.takeReading(device, { at: iso(seconds), metrics: {}, ...rest }, at(seconds), at(now));

const value = (room: RoomState, device = "air", metric = "temperature_c"): unknown =>
  room.devices.get(device)?.slots.get(metric)?.value;

describe("readings", () => {
  it("that are older, late or known already change nothing", () => {
    const { room: r } = room();
    expect(says(r, "air", 60, { boot: "b", seq: 2, metrics: { temperature_c: 22 } })).toBe(true);
    expect(says(r, "air", 30, { boot: "b", seq: 1, metrics: { temperature_c: 30 } }, 61)).toBe(false);
    expect(says(r, "air", 60, { boot: "b", seq: 2, metrics: { temperature_c: 22 } }, 62)).toBe(false);
    expect(says(r, "air", 90, { late: true, metrics: { temperature_c: 30 } })).toBe(false);
    expect([value(r), r.ignored]).toEqual([22, 2]);
  });

  it("of one instant are told apart by seq, whatever their order", () => {
    for (const order of [
      [1, 2],
      [2, 1],
    ] as const) {
      const { room: r } = room();
      for (const seq of order) says(r, "air", 60, { boot: "b", seq, metrics: { temperature_c: 20 + seq } });
      expect(value(r)).toBe(22);
    }
  });

  it("from the future count from when they arrive, so that a clock set right is believed at once", () => {
    const { room: r } = room();
    says(r, "air", 3_600, { metrics: { temperature_c: 25 } }, 10);
    expect(says(r, "air", 20, { metrics: { temperature_c: 22 } })).toBe(true);
    expect(value(r)).toBe(22);
  });

  it("that cannot be true stand beside the last good value, which goes on ageing", () => {
    const { room: r } = room();
    says(r, "air", 0, { metrics: { temperature_c: 22 } });
    says(r, "air", 60, { metrics: { temperature_c: 394 } });
    expect(r.best("temperature_c", at(61))).toMatchObject({ kind: "known", slot: { value: 22 } });
    says(r, "air", 300, { metrics: { temperature_c: 394 } });
    expect(r.best("temperature_c", at(301))).toMatchObject({ kind: "rejected", since: at(60), freshness: 0 });
    says(r, "air", 360, { metrics: { temperature_c: 22 } });
    expect(r.best("temperature_c", at(361))).toMatchObject({ kind: "known", freshness: 1 });
  });

  it("of metrics and types that nobody knows are left out", () => {
    const { room: r } = room();
    expect(says(r, "air", 0, { metrics: { temperature_c: "hot", nonsense: 1, occupied: 1, co2_ppm: null } })).toBe(
      false,
    );
    expect(r.slots).toEqual([]);
  });
});

describe("how a metric is known", () => {
  it("is known, ages, and is stale from the fifth missed report on", () => {
    const { room: r } = room();
    says(r, "air", 0, { metrics: { temperature_c: 22 } });
    expect(r.best("temperature_c", at(120))).toMatchObject({ kind: "known", freshness: 1, since: at(0) });
    expect(r.best("temperature_c", at(210))?.freshness).toBeCloseTo(0.5);
    expect(r.best("temperature_c", at(300))).toMatchObject({ kind: "stale", freshness: 0, since: at(300) });
  });

  it("takes the device's interval over the card's and the card's over the metric's own", () => {
    const { room: r } = room();
    says(r, "air", 0, { metrics: { temperature_c: 22 } });
    const interval = (): number => (r.slots[0]?.interval ?? 0) / 1000;
    expect(interval()).toBe(60);
    const [air, ...rest] = card.devices;
    if (air === undefined) throw new Error("the card has a sensor");
    r.takeCard({ ...card, devices: [{ ...air, intervals_s: { temperature_c: 300 } }, ...rest] }, at(1));
    expect(interval()).toBe(300);
    r.takeDeviceState("air", { at: iso(2), state: "online", intervals_s: { temperature_c: 600 } }, at(2));
    expect(interval()).toBe(600);
    r.takeDeviceState("air", { at: iso(3), state: "sleeping", intervals_s: { temperature_c: 600 } }, at(3));
    expect(interval()).toBe(3_600);
  });

  it("is unreachable while its agent is dead, since the death or the last word, and comes back with a newer reading", () => {
    const { room: r, agents } = room();
    says(r, "air", 0, { agent: "pi", metrics: { temperature_c: 22 } });
    expect([
      ...agents.take("hq", "pi", { at: iso(-9_000), state: "offline" }, { at: at(10), retained: false }),
    ]).toEqual(["hq/harbour"]);
    expect(r.best("temperature_c", at(11))).toMatchObject({
      kind: "unreachable",
      since: at(10),
      missing: "agent-down",
    });
    expect([...agents.proveAlive("hq", "pi", at(10))]).toEqual([]);
    expect([...agents.proveAlive("hq", "pi", at(11))]).toEqual(["hq/harbour"]);
    expect(r.best("temperature_c", at(12))?.kind).toBe("known");
  });

  it("does not take the time of a last will, which was written at birth, for the time of death", () => {
    const { room: r, agents } = room();
    says(r, "air", 0, { agent: "pi", metrics: { temperature_c: 22 } });
    agents.take("hq", "pi", { at: iso(-9_000), state: "offline" }, { at: at(600), retained: true });
    expect(r.best("temperature_c", at(601))?.since).toBe(at(0));
    expect([...agents.proveAlive("hq", "pi", at(30))]).toEqual([]);
  });

  it("is unreachable while its device is offline, until it speaks again", () => {
    const { room: r } = room();
    says(r, "air", 0, { metrics: { temperature_c: 22 } });
    r.takeDeviceState("air", { at: iso(10), state: "offline" }, at(10));
    expect(r.best("temperature_c", at(11))).toMatchObject({
      kind: "unreachable",
      since: at(10),
      missing: "device-offline",
    });
    says(r, "air", 20, { metrics: { temperature_c: 22 } });
    expect(r.best("temperature_c", at(21))?.kind).toBe("known");
  });

  it("comes from the first fresh device of the card, and never from one that does not measure the room's air", () => {
    const { room: r } = room();
    says(r, "rack", 0, { metrics: { temperature_c: 40 } });
    says(r, "air-2", 0, { metrics: { temperature_c: 23 } });
    expect(r.best("temperature_c", at(1))?.device).toBe("air-2");
    says(r, "air", 0, { metrics: { temperature_c: 22 } }, 1);
    expect(r.best("temperature_c", at(2))?.device).toBe("air");
    says(r, "air-2", 290, { metrics: { temperature_c: 23 } });
    expect(r.best("temperature_c", at(300))?.device).toBe("air-2");
    expect(r.offers("humidity_pct")).toBe(false);
  });
});

it("does not let a flood of names fill the memory", () => {
  const { room: r } = room();
  for (let i = 0; i < 2_000; i++) says(r, `invented-${i}`, i, { metrics: { temperature_c: 22 } });
  expect(r.devices.size).toBe(card.devices.length + 24);
  expect(says(r, "air", 3_000, { metrics: { temperature_c: 22 } })).toBe(true);
});

describe("a device that leaves the card", () => {
  it("is forgotten with all that it said, and is a stranger when it speaks again", () => {
    const { room: r } = room();
    says(r, "air", 0, { metrics: { temperature_c: 22 } });
    says(r, "air-2", 0, { metrics: { temperature_c: 23 } });
    expect(r.takeCard({ ...card, devices: card.devices.slice(1) }, at(10))).toEqual(["air"]);
    expect(r.best("temperature_c", at(11))).toMatchObject({ device: "air-2", slot: { value: 23 } });
    expect(r.slots.map(({ device }) => device)).toEqual(["air-2"]);
    expect(says(r, "air", 20, { metrics: { temperature_c: 24 } })).toBe(true);
    expect(r.devices.get("air")?.card).toBeUndefined();
  });
});
