import { describe, expect, it } from "vitest";
import { normal } from "../normal.ts";
import { quietScenario } from "../quiet-scenario.ts";
import { playWorld } from "../run/run-world.ts";
import { equipmentAndClimate } from "../world/building.ts";
import { makeWorld, type World } from "../world/world.ts";
import { whatCanBeKnown } from "./knowable.ts";

const HOUR = 60;
const size = { rooms: 12, days: 3 };
const hourAhead = (world: World): ReadonlyMap<string, number> => whatCanBeKnown(world).get(HOUR) ?? new Map();

describe("what can be known of a visit beforehand", () => {
  it("is everything where nothing is left to chance", async () => {
    const rooms = Array.from({ length: size.rooms }, (_, room) => room);
    const dead = { kind: "disp_dead", scored_day: 0, at_min: 600, lasts_min: 3_000, rooms } as const;
    const world = makeWorld(quietScenario([{ ...dead, rooms: [...rooms] }]), 1, size);
    const { flaws } = await playWorld(world, { policy: "nobody" });
    const known = hourAhead(world);
    const seen = world.days[0]?.visits.filter(({ arrival }) => arrival - HOUR >= 600) ?? [];
    expect(seen.length).toBeGreaterThan(2);
    for (const { id } of seen) expect([flaws.get(id), known.get(id)]).toEqual([expect.arrayContaining(["disp"]), 0]);
  });

  it("is how often such a thing happens, where it has not: so many faults in an hour of the day", () => {
    const scenario = quietScenario();
    scenario.faults.room.disp_dead.per_day = 0.95;
    scenario.faults.room.disp_dead.lasts = { from: 5_000, to: 5_000 };
    scenario.calendar.no_show = 1;
    scenario.climate.winter.start_c = 22;
    const world = { ...makeWorld(scenario, 1, size), faults: [] };
    const known = [...hourAhead(world).values()];
    const mean = known.reduce((sum, p) => sum + p, 0) / known.length;
    // 0.95 in 13 hours.
    expect(Math.abs(1 - mean - 0.95 / 13)).toBeLessThan(0.015);
  });

  it("comes true as often as it says, and is worth more than to know how often visits fail", async () => {
    const world = makeWorld({ ...normal, days: { ...normal.days, warm_up: 0 } }, 5, { rooms: 40, days: 10 });
    const { flaws } = await playWorld(world, { policy: "nobody" });
    const known = hourAhead(world);
    const pairs = [...known].map(([id, p]) => {
      return { p, came: flaws.get(id)?.some((flaw) => equipmentAndClimate.has(flaw)) === true ? 0 : 1 };
    });
    const mean = (of: (pair: (typeof pairs)[number]) => number): number =>
      pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
    const rate = mean(({ came }) => came);
    expect(mean(({ p }) => p)).toBeCloseTo(rate, 1);
    expect(mean(({ p, came }) => (p - came) ** 2)).toBeLessThan(0.8 * rate * (1 - rate));
  });

  it("is a function of the world alone", () => {
    const world = makeWorld(normal, 3, { rooms: 6, days: 1 });
    expect([...hourAhead(world)]).toEqual([...hourAhead(makeWorld(normal, 3, { rooms: 6, days: 1 }))]);
  });
});
