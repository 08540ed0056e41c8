import { describe, expect, it } from "vitest";
import type { RoomCard } from "#contract/messages/room.ts";
import { instant } from "#contract/units.ts";
import { testCard } from "../../readiness/check-fixture.ts";
import { Agents } from "../../rooms/agents.ts";
import { RoomState } from "../../rooms/room-state.ts";
import { SiteLearner } from "../site/site-learner.ts";
import { ClimatePool } from "./pool.ts";
import { climateOf, RoomAround } from "./room-around.ts";

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

  it("is silent about climate control without a schedule", () => {
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
});
