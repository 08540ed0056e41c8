import { describe, expect, it } from "vitest";
import { quietScenario } from "../quiet-scenario.ts";
import type { Scripted } from "../scenario-faults.ts";
import { Building } from "../world/building.ts";
import { makeWorld } from "../world/world.ts";
import { type DeviceName, type Metrics, Telemetry } from "./telemetry.ts";

interface Heard {
  minute: number;
  room: number;
  device: DeviceName;
  metrics: Metrics;
}

/** Everything that is said until a minute of the first day. */
function listen(scripted: readonly Scripted[], until: number) {
  const scenario = quietScenario(scripted);
  const building = new Building(makeWorld(scenario, 1, { rooms: 10, days: 1 }));
  const heard: Heard[] = [];
  const agents: { minute: number; isOnline: boolean }[] = [];
  const telemetry = new Telemetry(building, {
    reading: (room, device, metrics) => void heard.push({ minute: building.minute, room, device, metrics }),
    sleeps: () => {},
    agent: (_floor, isOnline) => void agents.push({ minute: building.minute, isOnline }),
  });
  building.startDay(0);
  telemetry.startDay();
  for (let minute = scenario.days.from_min; minute < until; minute++) {
    building.step(minute);
    telemetry.minute();
  }
  const of = (device: DeviceName, room = 0): Heard[] =>
    heard.filter((each) => each.device === device && each.room === room);
  return { heard, agents, of };
}

describe("what devices say", () => {
  it("comes at intervals, and at once when something changes", () => {
    const fault: Scripted = { kind: "codec", scored_day: 0, at_min: 402, lasts_min: 6, rooms: [0] };
    const codec = listen([fault], 420).of("codec");
    const minutes = codec.map(({ minute }) => minute);
    expect(minutes).toEqual([360, 360, 365, 370, 375, 380, 385, 390, 395, 400, 402, 405, 408, 410, 415]);
    const bad = codec.filter(({ metrics }) => metrics["registered"] === false).map(({ minute }) => minute);
    expect(bad).toEqual([402, 405]);
  });

  it("is nothing while a floor is cut off, and everything at once when it is back; the agent is missed after its keep-alive", () => {
    for (const kind of ["net", "part"] as const) {
      const { heard, agents } = listen([{ kind, scored_day: 0, at_min: 400, lasts_min: 20, floors: [0] }], 430);
      expect(heard.filter(({ minute }) => minute >= 400 && minute < 420)).toEqual([]);
      const back = heard.filter(({ minute }) => minute === 420);
      expect(new Set(back.map(({ device, room }) => `${room}/${device}`)).size).toBe(60);
      expect(agents).toEqual([
        { minute: 402, isOnline: false },
        { minute: 420, isOnline: true },
      ]);
    }
  });

  it("is a lie while a sensor is stuck, drifts or is silent", () => {
    const at = { scored_day: 0, at_min: 400, lasts_min: 300, rooms: [0] };
    const temperatures = (kind: "stuck" | "drift" | "drop"): number[] =>
      listen([{ kind, ...at }], 640)
        .of("air")
        .filter(({ minute, metrics }) => minute > 405 && metrics["temperature_c"] !== undefined)
        .map(({ metrics }) => Number(metrics["temperature_c"]));
    expect(new Set(temperatures("stuck")).size).toBe(1);
    expect(temperatures("drop")).toEqual([]);
    const [drifting = 0, well = 0] = [
      temperatures("drift").at(-1),
      listen([], 640)
        .of("air")
        .findLast(({ metrics }) => metrics["temperature_c"] !== undefined)?.metrics["temperature_c"],
    ].map(Number);
    expect(Math.abs(drifting - well)).toBeGreaterThan(1.5);
  });
});
