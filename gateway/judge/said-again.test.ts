import { describe, expect, it } from "vitest";
import { HouseBench } from "./house-fixture.ts";

const air = { temperature_c: 21.5, co2_ppm: 600, occupied: false } as const;
const gear = { power_state: "on", lamp_health: "ok" } as const;

/** A room that has settled: everything has been said, told and remembered. */
function settledRoom(): HouseBench {
  const room = new HouseBench();
  for (let minute = 0; minute < 6; minute++) {
    room.report({ ...air, ...gear });
    room.passes(60);
  }
  room.report({ ...air, ...gear });
  room.passes(1);
  return room;
}

describe("a report that only says the same again", () => {
  it("is not judged by itself, and is told as newer evidence within seventy seconds", () => {
    const room = settledRoom();
    const { judgements } = room;
    const words = room.told.length;
    room.passes(19);
    room.report(gear);
    room.passes(1);
    expect(room.judgements).toBe(judgements);
    expect(room.told).toHaveLength(words);
    const heard = new Date(room.clock.now() - 1_000).toISOString();
    room.passes(50);
    expect(room.told).toHaveLength(words + 1);
    expect(room.readiness.evidence.find(({ device }) => device === "proj")?.at).toBe(heard);
  });

  it("keeps the evidence that is told no older than that, however often it comes", () => {
    const room = settledRoom();
    for (let report = 0; report < 30; report++) {
      room.passes(20);
      room.report(gear);
    }
    room.passes(70);
    const since = room.told.slice(-9).map(({ at }) => Date.parse(at));
    for (const [i, at] of since.slice(1).entries()) expect(at - (since[i] ?? 0)).toBeLessThanOrEqual(70_000);
    expect(room.judgements).toBeLessThan(40);
  });

  it("is judged at once where it says something else, or something is settling", () => {
    const room = settledRoom();
    room.passes(19);
    let { judgements } = room;
    room.report({ ...gear, lamp_health: "error" });
    room.passes(1);
    expect(room.judgements).toBe(judgements + 1);
    judgements = room.judgements;
    room.passes(5);
    // Nothing new, but what it says again settles with time.
    room.report({ ...air, occupied: true });
    room.passes(1);
    judgements = room.judgements;
    room.passes(20);
    room.report({ ...air, occupied: true });
    room.passes(1);
    expect(room.judgements).toBe(judgements + 1);
  });
});
