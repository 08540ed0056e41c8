import { describe, expect, it } from "vitest";
import { inMaintenance } from "./in-maintenance.ts";
import { factsWith, inMinutes } from "./stage-fixture.ts";

describe("in-maintenance", () => {
  it("holds while a window is open, until it ends", () => {
    const held = inMaintenance.decide(factsWith({ rooms: [{ maintenanceUntil: inMinutes(20) }] }));
    expect(held).toMatchObject({ until: inMinutes(20) });
    expect(inMaintenance.decide(factsWith())).toBeUndefined();
  });

  it("does not mute the other rooms of a shared cause", () => {
    expect(inMaintenance.decide(factsWith({ rooms: [{ maintenanceUntil: inMinutes(20) }, {}] }))).toBeUndefined();
    const both = [{ maintenanceUntil: inMinutes(20) }, { maintenanceUntil: inMinutes(10) }];
    expect(inMaintenance.decide(factsWith({ rooms: both }))).toMatchObject({ until: inMinutes(10) });
  });

  it("lets through the news that a visit is booked into a window", () => {
    const rooms = [{ maintenanceUntil: inMinutes(20) }];
    expect(inMaintenance.decide(factsWith({ cause: "maintenance", rooms }))).toBeUndefined();
  });
});
