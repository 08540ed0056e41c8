import { describe, expect, it } from "vitest";
import type { RoomCard } from "#contract/messages/room.ts";
import type { MetricValue } from "#contract/metrics.ts";
import { type Instant, instant } from "#contract/units.ts";
import { Agents } from "../rooms/agents.ts";
import type { Device } from "../rooms/device.ts";
import { RoomState } from "../rooms/room-state.ts";
import type { Part } from "./check.ts";
import { NINE } from "./check-fixture.ts";
import { type Fault, type Gear, lookAtGear, readsOf } from "./gear-check.ts";
import { Judge } from "./verdict.ts";

const card: RoomCard = {
  name: "Harbour",
  floor: "12",
  zone: "UTC",
  seats: 8,
  capabilities: [],
  devices: [
    {
      device: "wall",
      name: "The wall",
      kind: "display",
      upstream: "sw",
      intervals_s: { power_state: 60, reachable: 600 },
    },
    { device: "sw", name: "The switch", kind: "switch" },
  ],
};
const fault = (outcome: Fault["outcome"], code: string): Fault => ({
  outcome,
  code,
  metric: "lamp_health",
  value: "error",
  says: "is broken",
});
const gear: Gear = {
  kind: "display",
  key: "display:wall",
  essential: ["power_state", "reachable"],
  thing: "the display",
  wellSays: "works",
  offlineIsFault: true,
  faults: () => [],
};

/** One display behind a switch. */
class Wall {
  readonly room = new RoomState("hq", "harbour", new Agents());
  now: Instant = NINE;

  constructor(values: Record<string, MetricValue> = { power_state: "standby" }) {
    this.room.takeCard(card, NINE);
    this.says(values);
  }

  says(metrics: Record<string, MetricValue>, device = "wall"): this {
    this.room.takeReading(device, { at: "", metrics }, this.now, this.now);
    return this;
  }

  waits(min: number): this {
    this.now = instant(this.now + min * 60_000);
    return this;
  }

  fails(text = ""): this {
    this.room.takeTrial("wall", { at: this.now, ok: false, text });
    return this;
  }

  offline(): this {
    this.room.takeDeviceState("wall", { at: new Date(this.now).toISOString(), state: "offline" }, this.now);
    return this;
  }

  get device(): Device {
    const device = this.room.devices.get("wall");
    if (device === undefined) throw new Error("on the card");
    return device;
  }

  found(more: Partial<Gear> = {}): Part & { says: string } {
    const { scene } = new Judge({ room: this.room, settled: new Map() }, this.now);
    const part = lookAtGear(scene, this.device, { ...gear, ...more });
    return { ...part, says: part.say(NINE) };
  }
}

describe("gear that speaks", () => {
  it("works where it reports no fault, on the word that is freshest", () => {
    expect(new Wall().found()).toMatchObject({
      key: "display:wall",
      outcome: "ready",
      quality: 1,
      code: "OK",
      cause: "display:wall",
      device: "wall",
      metric: "power_state",
      value: "standby",
      says: "The wall works.",
    });
    const older = new Wall({ power_state: "standby", reachable: true }).waits(4);
    expect(older.found()).toMatchObject({ outcome: "ready", metric: "reachable", value: true });
    expect(new Wall({ power_state: "standby", reachable: true }).found().metric).toBe("power_state");
  });

  it("is told by the fault that blocks, else by the first", () => {
    const of = (...faults: (Fault | undefined)[]) => new Wall().found({ faults: () => faults });
    const [dim, dull] = [fault("degraded", "DIM"), fault("degraded", "DULL")];
    const [off, out] = [fault("not_ready", "OFF"), fault("not_ready", "OUT")];
    expect(of(dim, undefined, off, out)).toMatchObject({ outcome: "not_ready", code: "OFF", quality: 0 });
    expect(of(off, dim).code).toBe("OFF");
    expect(of(dim, dull)).toMatchObject({ outcome: "degraded", code: "DIM", quality: 0.5 });
    expect(of(off).says).toBe("The wall is broken since 09:00.");
  });

  it("is asked for its last words, however old those on anything but the essential are", () => {
    const wall = new Wall({ power_state: "on", lamp_health: "error" }).waits(30).says({ power_state: "on" });
    const words: unknown[] = [];
    wall.found({ faults: (word) => [void words.push(word("lamp_health"), word("power_state"), word("nothing"))] });
    expect(words).toEqual(["error", "on", undefined]);
  });

  it("rests on all that it says and on what its switch says of itself, and not on people", () => {
    const wall = new Wall({ power_state: "on", lamp_health: "ok" }).says({ reachable: true }, "sw");
    const { slots, people } = readsOf(wall.room, [wall.device]);
    expect(slots.map(({ device, metric }) => `${device}/${metric}`)).toEqual([
      "wall/power_state",
      "wall/lamp_health",
      "sw/reachable",
    ]);
    expect(people).toBe(false);
  });
});

describe("gear that is not heard", () => {
  it("is not known, by what it should have said: the first word that it ever gave", () => {
    expect(new Wall({}).found()).toMatchObject({ outcome: "unknown", code: "NEVER_REPORTED", metric: "power_state" });
    const once = new Wall({ reachable: true }).waits(100);
    expect(once.found({ essential: ["registered", "reachable"] })).toMatchObject({
      outcome: "unknown",
      code: "STALE",
      metric: "reachable",
      says: "Can't tell the display: The wall is silent since 09:00.",
    });
    expect(once.found({ essential: ["registered", "cameras_connected"] })).toMatchObject({ metric: "registered" });
  });

  it("is broken where it does not answer although its agent does, and that is a fault of such gear", () => {
    expect(new Wall().offline().found()).toMatchObject({
      outcome: "not_ready",
      code: "DEVICE_OFFLINE",
      quality: 0,
      cause: "display:wall",
      metric: "power_state",
      value: "offline",
      says: "The wall does not answer since 09:00.",
    });
    expect(new Wall().offline().found({ offlineIsFault: false })).toMatchObject({
      outcome: "unknown",
      code: "DEVICE_OFFLINE",
    });
  });

  it("is not to blame for its switch", () => {
    const wall = new Wall().offline().says({ reachable: false }, "sw");
    expect(wall.found()).toMatchObject({ outcome: "unknown", code: "DEVICE_OFFLINE", cause: "switch:sw" });
  });
});

describe("gear that failed when it was tried out", () => {
  it("is broken whatever it says, until it is seen working after that", () => {
    const wall = new Wall().waits(1).fails("no picture");
    expect(wall.found()).toMatchObject({
      outcome: "not_ready",
      code: "TRIAL_FAILED",
      metric: "power_state",
      value: "standby",
      says: "The wall has failed when tried out since 09:00: no picture.",
    });
    expect(wall.fails().found().says).toBe("The wall has failed when tried out since 09:00.");
    expect(wall.waits(1).says({ power_state: "on" }).found().code).toBe("OK");
  });

  it("is not mended by what it showed before, or in that very moment", () => {
    const wall = new Wall({ power_state: "on" });
    expect(wall.fails().found().code).toBe("TRIAL_FAILED");
    expect(
      wall
        .waits(2)
        .fails()
        .found({ recoversBy: ["power_state"] }).code,
    ).toBe("TRIAL_FAILED");
  });

  it("is mended by a word that turns true after it, not by one that was", () => {
    const recoversBy = ["reachable"];
    const wall = new Wall({ power_state: "standby", reachable: true }).fails();
    const code = (values: Record<string, MetricValue>) => wall.waits(1).says(values).found({ recoversBy }).code;
    expect(code({ reachable: true })).toBe("TRIAL_FAILED");
    expect(code({ reachable: false })).toBe("TRIAL_FAILED");
    expect(code({ reachable: true })).toBe("OK");
  });

  it("is well where it succeeded", () => {
    const wall = new Wall();
    wall.room.takeTrial("wall", { at: NINE, ok: true, text: "" });
    expect(wall.found().code).toBe("OK");
  });
});
