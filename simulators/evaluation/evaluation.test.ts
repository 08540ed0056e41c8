import { describe, expect, it } from "vitest";
import { normal } from "./normal.ts";
import { jsonOf, reportOf } from "./run/evaluate.ts";
import type { Comparable } from "./run/policy-names.ts";
import { runSeeds } from "./run/run-seeds.ts";
import { playWorld } from "./run/run-world.ts";
import type { Scenario } from "./scenario.ts";
import { makeWorld } from "./world/world.ts";

const small: Scenario = { ...normal, days: { ...normal.days, warm_up: 1 } };

const evaluate = async (policies: readonly Comparable[], threads: number, scenario = small) => {
  const results = await runSeeds({
    scenario,
    seeds: [1],
    rooms: 10,
    days: 2,
    policies,
    twin: true,
    explain: false,
    threads,
  });
  return reportOf(results, { scenario: scenario.name, rooms: 10, days: 2, policies });
};

describe("greenroom evaluate", () => {
  it("prints the same bytes for the same arguments, however many threads play", async () => {
    const policies = ["act-by", "threshold-4h"] as const;
    const [here, there] = [await evaluate(policies, 0), await evaluate(policies, 2)];
    expect(here.errors).toEqual([]);
    expect(JSON.stringify(jsonOf(there))).toBe(JSON.stringify(jsonOf(here)));
  });

  it("meets the same luck whatever the policy", async () => {
    const world = makeWorld(small, 3, { rooms: 20, days: 2 });
    const first = await playWorld(world, { policy: "nobody" });
    await playWorld(world, { policy: "threshold" });
    const again = await playWorld(makeWorld(small, 3, { rooms: 20, days: 2 }), { policy: "nobody" });
    expect([...again.flaws]).toEqual([...first.flaws]);
  });
});
