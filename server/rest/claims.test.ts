import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { rfc3339 } from "#contract/units.ts";
import type { Unclaimed } from "#contract/messages/unclaimed.ts";
import { publish } from "#contract/wire.ts";
import { cardOf, SITE, START, startTestServer, type TestServer } from "../test-server.ts";

let at: TestServer;
beforeEach(async () => {
  at = await startTestServer();
});
afterEach(() => at.stop());

const NOW = rfc3339(START);
const waiting = (device: string, values: Record<string, number | boolean>): Unclaimed["devices"][number] => ({
  device,
  since: NOW,
  last_at: NOW,
  heard: 3,
  values: Object.fromEntries(Object.entries(values).map(([metric, value]) => [metric, { value, at: NOW }])),
});
const tell = (agent: string, ...devices: Unclaimed["devices"]): Promise<void> =>
  publish(at.bus, "unclaimed", { site: SITE, agent }, { at: NOW, title: "Zigbee2MQTT", devices, more: 2 });
const list = async () => (await at.call("GET", "/api/v1/unclaimed", { as: "facilities" })).body;
const claim = (body: object, as: "facilities" | "sales" = "facilities") =>
  at.call("POST", "/api/v1/unclaimed/claim", { as, body: { via: "zigbee2mqtt", room_air: true, ...body } });
const devices = (room: string) => at.retained("card", room)?.devices;

describe("devices that wait", () => {
  it("are told with what they measure, and what they probably are", async () => {
    await tell(
      "zigbee2mqtt",
      waiting("Lotus air", { temperature_c: 21, co2_ppm: 600 }),
      waiting("0x00158d0001020304", { power_w: 4, switched_on: true }),
    );
    await tell(
      "gateway",
      waiting("hq/harbour/air-9", { temperature_c: 20 }),
      waiting("hq/harbour/air", { temperature_c: 20 }),
    );
    const { devices: all, more } = await list();
    expect(more).toBe(4);
    expect(
      all.map((one: { via: string; device: string; suggested: object }) => [one.via, one.device, one.suggested]),
    ).toEqual([
      ["zigbee2mqtt", "Lotus air", { room: "hq/lotus", name: "Lotus air", room_air: true }],
      ["zigbee2mqtt", "0x00158d0001020304", { name: "Sensor", room_air: false }],
      ["wire", "hq/harbour/air-9", { room: "hq/harbour", name: "air-9", room_air: true }],
    ]);
    expect(all[0].values).toContainEqual({ metric: "co2_ppm", value: 600, at: NOW });
  });

  it("are for facilities", async () => {
    for (const as of ["viewer", "sales"] as const)
      expect((await at.call("GET", "/api/v1/unclaimed", { as })).status).toBe(403);
    expect((await claim({ device: "x", room: "hq/lotus", name: "X" }, "sales")).status).toBe(403);
  });
});

describe("a claim", () => {
  it("is a line on the room's card, at once on the wire, and audited", async () => {
    await tell("zigbee2mqtt", waiting("Lotus air", { temperature_c: 21 }));
    const answer = await claim({ device: "Lotus air", room: "hq/lotus", name: "Air at the window" });
    expect([answer.status, answer.body]).toEqual([
      201,
      { room: "hq/lotus", device: "lotus-air", name: "Air at the window" },
    ]);
    expect(devices("lotus")?.at(-1)).toEqual({
      device: "lotus-air",
      name: "Air at the window",
      kind: "sensor",
      room_air: true,
      agent: "zigbee2mqtt",
      source: { via: "zigbee2mqtt", device: "Lotus air" },
    });
    expect((await list()).devices).toEqual([]);
    const audit = (await at.call("GET", "/api/v1/audit", { as: "admin" })).body;
    expect(JSON.stringify(audit)).toContain("device.claim");
  });

  it("of what is claimed already, or for a room that is none, is refused", async () => {
    await claim({ device: "Lotus air", room: "hq/lotus", name: "Air" });
    const second = await claim({ device: "Lotus air", room: "hq/harbour", name: "Air" });
    expect([second.status, second.body.code]).toEqual([409, "CONFLICT"]);
    expect(second.body.detail).toContain("Lotus");
    expect((await claim({ device: "y", room: "hq/nowhere", name: "Y" })).status).toBe(404);
    expect((await claim({ via: "wire", device: "hq/harbour/air", room: "hq/lotus", name: "Y" })).status).toBe(409);
    expect((await claim({ device: "", room: "hq/lotus", name: "" })).status).toBe(400);
  });

  it("gives each device a name of its own, whatever people call them", async () => {
    for (const device of ["0x1", "0X1", "空気", "alerts"])
      expect((await claim({ device, room: "hq/lotus", name: "Air" })).status).toBe(201);
    const names = devices("lotus")?.map(({ device }) => device);
    expect(names).toEqual(["air", "0x1", "0x1-2", "device", "device-alerts"]);
  });

  it("of a device that publishes in that room anyway needs no way round", async () => {
    await claim({ via: "wire", device: "hq/lotus/air-9", room: "hq/lotus", name: "Second" });
    expect(devices("lotus")?.at(-1)).toEqual({ device: "air-9", name: "Second", kind: "sensor", room_air: true });
  });
});

describe("a device that is claimed", () => {
  it("is moved with its source, and let go of", async () => {
    await claim({ device: "Lotus air", room: "hq/lotus", name: "Air" });
    const move = (room: string, device: string, to: string) =>
      at.call("POST", `/api/v1/rooms/${room}/devices/${device}/move`, { as: "facilities", body: { to } });
    expect((await move("hq/lotus", "lotus-air", "hq/harbour")).body).toEqual({
      room: "hq/harbour",
      device: "lotus-air",
      name: "Air",
    });
    expect(devices("lotus")?.map(({ device }) => device)).toEqual(["air"]);
    expect(devices("harbour")?.at(-1)).toMatchObject({
      source: { via: "zigbee2mqtt", device: "Lotus air" },
      agent: "zigbee2mqtt",
    });
    expect((await move("hq/lotus", "lotus-air", "hq/harbour")).status).toBe(404);
    expect((await at.call("DELETE", "/api/v1/rooms/hq/harbour/devices/lotus-air", { as: "facilities" })).status).toBe(
      204,
    );
    expect(devices("harbour")).toEqual(cardOf("x").devices);
  });

  it("of an agent of ours is moved by what its topic says, and back as if nothing had been", async () => {
    const move = (from: string, device: string, to: string) =>
      at.call("POST", `/api/v1/rooms/${from}/devices/${device}/move`, { as: "facilities", body: { to } });
    expect((await move("hq/lotus", "air", "hq/harbour")).body.device).toBe("air-2");
    expect(devices("harbour")?.at(-1)).toMatchObject({
      device: "air-2",
      source: { via: "wire", device: "hq/lotus/air" },
    });
    await move("hq/harbour", "air-2", "hq/lotus");
    expect(devices("lotus")?.map(({ device, source }) => [device, source])).toEqual([["air", undefined]]);
  });
});
