import { describe, expect, it } from "vitest";
import type { RoomCard } from "#contract/messages/room.ts";
import { type Instant, instant } from "#contract/units.ts";
import { Agents } from "../rooms/agents.ts";
import { RoomState } from "../rooms/room-state.ts";
import { NINE, testCard, type Values } from "./check-fixture.ts";
import { isOccupancyMetric, observeOccupancy, tellsOccupancy } from "./occupancy.ts";

const devices = ["pir", "camera"].map((device) => ({ device, name: device, kind: "sensor" })) as RoomCard["devices"];
const at = (min: number): Instant => instant(NINE + min * 60_000);
/** A room whose sensors have spoken, each so many minutes before nine. */
function room(...said: [device: string, values: Values, ago: number][]): RoomState {
  const state = new RoomState("hq", "harbour", new Agents());
  state.takeCard({ ...testCard, devices }, NINE);
  for (const [device, metrics, ago] of said) state.takeReading(device, { at: "", metrics }, at(-ago), at(-ago));
  return state;
}
const people = (...said: [string, Values, number][]) => {
  const found = observeOccupancy(room(...said), NINE);
  return found === undefined ? undefined : [found.isOccupied, found.seen.metric];
};

describe("people in a room", () => {
  it("are there when any sensor sees anybody", () => {
    expect(people(["pir", { occupied: true }, 0])).toEqual([true, "occupied"]);
    expect(people(["pir", { occupied: false }, 0])).toEqual([false, "occupied"]);
    expect(people(["camera", { people_count: 1 }, 0])).toEqual([true, "people_count"]);
    expect(people(["camera", { people_count: 0 }, 0])).toEqual([false, "people_count"]);
    expect(people(["pir", { occupied: false }, 0], ["camera", { people_count: 2 }, 0])).toEqual([true, "people_count"]);
    expect(people(["pir", { occupied: true }, 0], ["camera", { people_count: 0 }, 0])).toEqual([true, "occupied"]);
    expect(people(["pir", { occupied: false }, 0], ["camera", { people_count: 0 }, 0])).toEqual([false, "occupied"]);
  });

  it("are told by the fresher word, and by nobody once that is gone", () => {
    expect(people(["pir", { occupied: true }, 240], ["camera", { people_count: 0 }, 0])).toEqual([
      false,
      "people_count",
    ]);
    expect(people(["pir", { occupied: false }, 0], ["camera", { people_count: 3 }, 240])).toEqual([false, "occupied"]);
    const gone = observeOccupancy(room(["pir", { occupied: true }, 240]), NINE);
    expect(gone?.seen.freshness).toBe(0);
  });

  it("are unknown where no sensor tells of them", () => {
    expect(people(["pir", { temperature_c: 20 }, 0])).toBeUndefined();
    expect(tellsOccupancy(room(["pir", { temperature_c: 20 }, 0]))).toBe(false);
    expect(tellsOccupancy(room(["pir", { occupied: false }, 0]))).toBe(true);
    expect(tellsOccupancy(room(["camera", { people_count: 0 }, 0]))).toBe(true);
    expect(["occupied", "people_count", "co2_ppm"].map(isOccupancyMetric)).toEqual([true, true, false]);
  });
});
