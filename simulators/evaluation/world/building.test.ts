import { describe, expect, it } from "vitest";
import { quietScenario } from "../quiet-scenario.ts";
import type { Scenario } from "../scenario.ts";
import { Building } from "./building.ts";
import { makeWorld } from "./world.ts";

const quiet = quietScenario();

const openAt = (scenario: Scenario, minute: number): Building => {
  const building = new Building(makeWorld(scenario, 2, { rooms: 10, days: 1 }));
  building.startDay(0);
  for (let t = scenario.days.from_min; t <= minute; t++) building.step(t);
  return building;
};

const withFault = (kind: "codec" | "net" | "ahu"): Scenario => {
  const place = kind === "codec" ? { rooms: [0] } : { floors: [0] };
  return quietScenario([{ kind, scored_day: 0, at_min: 400, lasts_min: 600, ...place }]);
};

describe("a building", () => {
  it("warms to its set-point by itself, and not while its plant is broken", () => {
    const [well, broken] = [openAt(quiet, 640), openAt(withFault("ahu"), 640)];
    expect(well.temperature[0]).toBeGreaterThan(21);
    expect(broken.temperature[0]).toBeLessThan(20);
    expect(broken.flawsOfRoom(0, false)).toContain("climate");
  });

  it("has calls spoilt by its codec or its switch, until they are mended", () => {
    for (const kind of ["codec", "net"] as const) {
      const building = openAt(withFault(kind), 500);
      expect(building.flawsOfRoom(0, true)).toContain("codec");
      expect(building.flawsOfRoom(0, false)).not.toContain("codec");
      const { own, floor } = building.active(0);
      for (const fault of [...own, ...floor]) building.mend(fault);
      expect(building.flawsOfRoom(0, true)).not.toContain("codec");
    }
  });

  it("ends meetings on time when somebody asked before, and at once when they run over", () => {
    const building = openAt(quiet, 480);
    const [room, late] = building.plan.meetings
      .flatMap((list, index) => list.map((meeting) => [index, meeting] as const))
      .find(([, { attended, leaves, end, isDemo }]) => attended && !isDemo && leaves > end + 4) ?? [0, undefined];
    if (late === undefined) throw new Error("the seed has no meeting that runs over");
    for (let t = 481; t <= late.end + 2; t++) building.step(t);
    expect(building.leavesAt(room, late)).toBeGreaterThan(building.minute);
    building.wrapUp(room, late.end + 30);
    expect(building.leavesAt(room, late)).toBe(building.minute);
  });

  it("resets a room by hand where the planned reset was missed", () => {
    const building = openAt(quiet, 500);
    const visit = building.plan.visits.find((each) => building.asksReset(each));
    if (visit === undefined) throw new Error("the seed has no visit that asks for a reset");
    const missed = { ...visit, reset: { ...visit.reset, missed: true } };
    expect(building.resetDone(missed)).toBe(Number.POSITIVE_INFINITY);
    building.reset(missed);
    expect(building.resetDone(missed)).toBe(500);
  });
});
