import { describe, expect, it } from "vitest";
import type { RoomCard } from "#contract/messages/room.ts";
import { type Instant, instant } from "#contract/units.ts";
import { newDevice } from "../rooms/device.ts";
import type { Observed } from "../rooms/observed.ts";
import { Bench, NINE, testCard } from "./check-fixture.ts";
import type { Scene } from "./check.ts";
import { missingPart, nameOf, rootCause } from "./missing.ts";
import { co2 } from "./co2.ts";
import { Judge } from "./verdict.ts";

const air = { device: "air", name: "The wall sensor", kind: "sensor", agent: "pi-3", upstream: "sw-12" } as const;
const card: Partial<RoomCard> = { devices: [...testCard.devices.slice(1), air] };
const at = (min: number): Instant => instant(NINE + min * 60_000);

/** What is told of a reading that is missing for a reason since ten past eight, last heard of at eight. */
function told(missing: Observed["missing"], over: Partial<Observed> = {}, outage?: string) {
  const bench = new Bench(co2, card);
  bench.room.takeReading("air", { at: "", metrics: { co2_ppm: 700 } }, at(-60), at(-60));
  const judge = new Judge({ room: bench.room, settled: bench.settled, outageOf: () => outage }, NINE);
  const [slot] = bench.room.slots;
  const seen = {
    device: "air",
    metric: "co2_ppm",
    slot,
    since: at(-50),
    freshness: 0,
    missing,
    kind: "stale",
    ...over,
  };
  const scene: Scene = judge.scene;
  const part = missingPart(scene, seen as Observed, { key: "co2", cause: "sensor:air/co2_ppm", thing: "the air" });
  expect(part).toMatchObject({ key: "co2", outcome: "unknown", quality: 0, device: seen.device, metric: "co2_ppm" });
  return { code: part.code, cause: part.cause, value: part.value, says: part.say(NINE) };
}

describe("what cannot be known", () => {
  it("is told with its reason, since when, and the last word there was", () => {
    const own = "sensor:air/co2_ppm";
    expect(told("agent-down")).toEqual({
      code: "AGENT_DOWN",
      cause: "agent:pi-3",
      value: 700,
      says: "Can't tell the air: agent pi-3 is offline since 08:10; last report 08:00.",
    });
    expect(told("device-offline")).toEqual({
      code: "DEVICE_OFFLINE",
      cause: own,
      value: 700,
      says: "Can't tell the air: The wall sensor does not answer since 08:10; last report 08:00.",
    });
    expect(told("rejected")).toEqual({
      code: "SENSOR_REJECTED",
      cause: own,
      value: 700,
      says: "Can't tell the air: The wall sensor reports values that can't be true since 08:10.",
    });
    expect(told("silent")).toEqual({
      code: "STALE",
      cause: own,
      value: 700,
      says: "Can't tell the air: The wall sensor is silent since 08:00.",
    });
    expect(told("never-reported", { slot: undefined })).toEqual({
      code: "NEVER_REPORTED",
      cause: own,
      value: undefined,
      says: "Can't tell the air: The wall sensor has never reported.",
    });
  });

  it("names no last word where there was none", () => {
    expect(told("agent-down", { slot: undefined }).says).toBe("Can't tell the air: agent pi-3 is offline since 08:10.");
    expect(told("silent", { slot: undefined }).says).toBe("Can't tell the air: The wall sensor is silent since 08:10.");
    expect(told(undefined)).toMatchObject({ code: "STALE", cause: "sensor:air/co2_ppm" });
  });

  it("of a device that no card names is told by its id", () => {
    expect(told("device-offline", { device: "ghost" }).says).toContain("ghost does not answer");
    expect(told("agent-down", { device: "ghost" })).toMatchObject({ cause: "agent:unknown" });
    expect(told("agent-down", { device: "ghost" }).says).toContain("agent  is offline");
    expect(nameOf(undefined, "ghost")).toBe("ghost");
    expect(nameOf(newDevice("stray", NINE), "stray")).toBe("stray");
  });

  it("has the outage as its cause that took it along, when it only fell silent", () => {
    expect(told("silent", {}, "site:hq").cause).toBe("site:hq");
    for (const missing of ["rejected", "never-reported", "device-offline"] as const)
      expect(told(missing, {}, "site:hq").cause).toBe("sensor:air/co2_ppm");
  });

  it("has the switch as its cause where that is down, for what does not answer", () => {
    const bench = new Bench(co2, {
      devices: [air, { device: "sw-12", name: "The switch", kind: "switch" }],
    });
    bench.room.takeReading("sw-12", { at: "", metrics: { reachable: false } }, NINE, NINE);
    const judge = new Judge({ room: bench.room, settled: bench.settled }, NINE);
    const seen = { device: "air", metric: "co2_ppm", missing: "device-offline" } as Observed;
    expect(rootCause(judge.scene, seen, "own")).toBe("switch:sw-12");
    expect(rootCause(judge.scene, { ...seen, missing: "rejected" }, "own")).toBe("own");
    expect(rootCause(judge.scene, { ...seen, device: "ghost" }, "own")).toBe("own");
    bench.room.takeReading("sw-12", { at: "", metrics: { reachable: true } }, NINE, NINE);
    expect(rootCause(judge.scene, seen, "own")).toBe("own");
  });
});
