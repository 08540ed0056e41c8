import { describe, expect, it } from "vitest";
import type { RoomCard } from "#contract/messages/room.ts";
import { instant } from "#contract/units.ts";
import { demoIn, testCard } from "../../readiness/check-fixture.ts";
import { Agents } from "../../rooms/agents.ts";
import { RoomState } from "../../rooms/room-state.ts";
import { SiteLearner } from "../site/site-learner.ts";
import { ClimatePool } from "./pool.ts";
import { climateOf, conditionedShare, RoomAround, runningMin } from "./room-around.ts";

const at = (text: string) => instant(Date.parse(text));
const nine = at("2026-11-23T09:00:00Z");

function around(card: Partial<RoomCard> = {}): { room: RoomState; seen: RoomAround } {
  const room = new RoomState("hq", "harbour", new Agents());
  room.takeCard({ ...testCard, zone: "UTC", ...card }, nine);
  const site = new SiteLearner("hq");
  return { room, seen: new RoomAround({ room, now: () => nine, occupied: () => true, site: () => site }) };
}

describe("what is known around a live room's air", () => {
  it("is the share of a span with bookings or visits, once there is a calendar", () => {
    const { room, seen } = around();
    expect(seen.booked(nine, at("2026-11-23T10:00:00Z"))).toBeUndefined();
    room.takeDemos([], [{ start: "2026-11-23T09:30:00Z", end: "2026-11-23T11:00:00Z" }]);
    expect(seen.booked(nine, at("2026-11-23T10:00:00Z"))).toBe(0.5);
    expect(seen.booked(at("2026-11-23T12:00:00Z"), at("2026-11-23T13:00:00Z"))).toBe(0);
    expect(seen.occupied).toBe(true);
    expect(seen.setpointC).toBeUndefined();
  });

  it.each([
    [{ on: "07:00", off: "19:00" }, "2026-11-23T06:00:00Z", "2026-11-23T08:00:00Z", 0.5],
    [{ on: "07:00", off: "19:00", days: [1, 2, 3, 4, 5] }, "2026-11-22T10:00:00Z", "2026-11-22T12:00:00Z", 0],
    [{ on: "22:00", off: "06:00", days: [7] }, "2026-11-23T02:00:00Z", "2026-11-23T05:00:00Z", 1],
    [{ on: "22:00", off: "06:00", days: [1] }, "2026-11-23T02:00:00Z", "2026-11-23T05:00:00Z", 0],
    [{ on: "22:00", off: "06:00" }, "2026-11-23T21:00:00Z", "2026-11-23T23:00:00Z", 0.5],
  ] as const)("knows from %j how much of %s to %s climate control runs", (hvac, from, to, share) => {
    const { on, off } = hvac;
    const days = "days" in hvac ? [...hvac.days] : undefined;
    const { seen } = around({ hvac: { on, off, ...(days !== undefined && { days }) } });
    expect(seen.conditioned(at(from), at(to))).toBe(share);
  });

  it("is when others take the room over", () => {
    const { room, seen } = around();
    expect(seen.begins(nine, at("2026-11-23T10:00:00Z"))).toBe(false);
    room.takeDemos([], [{ start: "2026-11-23T09:30:00Z", end: "2026-11-23T11:00:00Z" }]);
    expect(seen.begins(nine, at("2026-11-23T09:30:00Z"))).toBe(true);
    expect(seen.begins(nine, at("2026-11-23T09:29:59Z"))).toBe(false);
    expect(seen.begins(at("2026-11-23T09:30:00Z"), at("2026-11-23T12:00:00Z"))).toBe(false);
  });

  it.each([
    [{ on: "07:00", off: "19:00" }, "2026-11-23T09:30:00Z", 152.5],
    [{ on: "07:00", off: "19:00" }, "2026-11-23T06:50:00Z", undefined],
    [{ on: "07:00", off: "19:00", days: [2] }, "2026-11-23T09:30:00Z", undefined],
    [{ on: "22:00", off: "06:00" }, "2026-11-23T01:00:00Z", 182.5],
  ] as const)("knows from %j for how long climate control has run at %s", (hvac, time, minutes) => {
    const days = "days" in hvac ? { days: [...hvac.days] } : {};
    const running = runningMin({ zone: "UTC", hvac: { on: hvac.on, off: hvac.off, ...days } }, at(time));
    expect(running === undefined ? undefined : Math.round(running * 10) / 10).toBe(minutes);
  });

  it("begins as much later as it is known to, never after it ends nor on another day", () => {
    const span = { from: at("2026-11-23T06:00:00Z"), to: at("2026-11-23T10:00:00Z") };
    const share = (on: string, off: string, lateMin: number) =>
      conditionedShare({ zone: "UTC", hvac: { on, off } }, span, lateMin);
    expect([share("07:00", "19:00", 60), share("07:00", "19:00", 90)]).toEqual([0.5, expect.closeTo(0.375, 1)]);
    expect([share("07:00", "08:00", 30), share("07:00", "08:00", 60), share("07:00", "08:00", 90)]).toEqual([
      0.125, 0, 0,
    ]);
    expect([share("05:00", "04:00", 120), share("23:00", "08:00", 30), share("23:00", "08:00", 90)]).toEqual([
      0.75, 0.5, 0.5,
    ]);
    const ran = (lateMin: number) => runningMin({ zone: "UTC", hvac: { on: "07:00", off: "19:00" } }, nine, lateMin);
    expect((ran(0) ?? 0) - (ran(45) ?? 0)).toBeCloseTo(45, 6);
    expect(ran(150)).toBeUndefined();
  });

  it("is silent about climate control without a schedule", () => {
    expect(runningMin({ zone: "UTC" }, nine)).toBeUndefined();
    expect(around().seen.conditioned(nine, at("2026-11-23T10:00:00Z"))).toBeUndefined();
  });

  it("shares one rule of the site, which comes back from its memory", () => {
    const site = new SiteLearner("hq");
    const pool = climateOf(site);
    expect(climateOf(site)).toBe(pool);
    expect(site.isDirty).toBe(true);
    const again = SiteLearner.from("hq", JSON.parse(JSON.stringify(site)));
    expect(climateOf(again)).toBeInstanceOf(ClimatePool);
  });

  it("is what its sensors say now of people and of the set-point, while they can be heard", () => {
    const { room, seen } = around();
    expect([seen.people, seen.setpointC]).toEqual([undefined, undefined]);
    const says = (minutesAgo: number) => {
      const when = instant(nine - minutesAgo * 60_000);
      room.takeReading("air", { at: "", metrics: { people_count: 4, setpoint_c: 21.5 } }, when, when);
    };
    says(60 * 24);
    expect([seen.people, seen.setpointC]).toEqual([undefined, undefined]);
    says(0);
    expect([seen.people, seen.setpointC]).toEqual([4, 21.5]);
    const silent = { ...testCard.devices[0], intervals_s: { people_count: 60 } } as RoomCard["devices"][number];
    expect(around({ devices: [silent] }).seen.people).toBeUndefined();
  });

  it("is its clock, and its site's rule", () => {
    const { seen } = around({ zone: "Europe/Berlin" });
    expect(seen.zone).toBe("Europe/Berlin");
    expect(seen.pool).toBeInstanceOf(ClimatePool);
    expect(seen.pool).toBe(seen.pool);
    const site = new SiteLearner("hq");
    const room = new RoomState("hq", "bare", new Agents());
    const bare = new RoomAround({ room, now: () => nine, occupied: () => undefined, site: () => site });
    expect([bare.zone, bare.conditioned(nine, at("2026-11-23T10:00:00Z")), bare.occupied]).toEqual([
      "UTC",
      undefined,
      undefined,
    ]);
  });

  it("is booked by visits as by bookings, of a span that is one, once for all of them, and anew when they change", () => {
    const { room, seen } = around();
    const ten = at("2026-11-23T10:00:00Z");
    room.takeDemos([demoIn(0)], [{ start: "2026-11-23T09:30:00Z", end: "2026-11-23T11:00:00Z" }]);
    expect(seen.booked(nine, ten)).toBe(1);
    expect([seen.booked(nine, nine), seen.booked(ten, nine)]).toEqual([undefined, undefined]);
    room.takeDemos([], [{ start: "2026-11-23T08:00:00Z", end: "2026-11-23T09:15:00Z" }]);
    expect(seen.booked(nine, ten)).toBe(0.25);
  });

  it("runs climate control from the minute it is on until the minute it is off, by the newest card", () => {
    const { room, seen } = around({ hvac: { on: "07:30", off: "18:30" } });
    const runs = (from: string, to: string) =>
      seen.conditioned(at(`2026-11-23T${from}:00Z`), at(`2026-11-23T${to}:00Z`));
    expect([runs("07:00", "07:30"), runs("07:30", "08:00")]).toEqual([0, 1]);
    expect([runs("18:00", "18:30"), runs("18:30", "19:00")]).toEqual([1, 0]);
    expect([runs("00:00", "00:30"), runs("23:00", "23:30")]).toEqual([0, 0]);
    room.takeCard({ ...testCard, zone: "UTC", hvac: { on: "22:00", off: "05:30" } }, nine);
    expect([runs("21:30", "22:00"), runs("22:00", "22:30")]).toEqual([0, 1]);
    expect([runs("05:00", "05:30"), runs("05:30", "06:00"), runs("12:00", "13:00")]).toEqual([1, 0, 0]);
    // Whoever is on at eight for no time at all is never on.
    room.takeCard({ ...testCard, zone: "UTC", hvac: { on: "08:00", off: "08:00" } }, nine);
    expect([runs("07:00", "09:00"), runs("20:00", "22:00")]).toEqual([0, 0]);
  });

  it("is told for any span by a card alone", () => {
    const span = { from: at("2026-11-23T06:00:00Z"), to: at("2026-11-23T08:00:00Z") };
    expect(conditionedShare({ zone: "UTC" }, span)).toBeUndefined();
    expect(conditionedShare({ zone: "UTC", hvac: { on: "07:00", off: "19:00" } }, span)).toBe(0.5);
    expect(conditionedShare({ zone: "Europe/Berlin", hvac: { on: "07:00", off: "19:00" } }, span)).toBe(1);
  });
});
