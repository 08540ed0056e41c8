import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { normal } from "./normal.ts";
import { loadScenario, parseScenario, shippedScenarios } from "./scenario-file.ts";

const folder = mkdtempSync(join(tmpdir(), "scenario-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a scenario", () => {
  it("comes by name, each of those shipped complete and different", () => {
    const all = shippedScenarios().map((name) => loadScenario(name));
    expect(all.map(({ name }) => name)).toEqual(shippedScenarios());
    expect(all).toHaveLength(11);
    const worlds = all.map((scenario) => JSON.stringify({ ...scenario, name: "", description: "" }));
    expect(new Set(worlds).size).toBe(11);
    expect(loadScenario("normal")).toEqual(normal);
  });

  it("comes from a file that gives only what differs; distributions are replaced as a whole", () => {
    const file = join(folder, "slow.json");
    writeFileSync(
      file,
      JSON.stringify({ staff: { pools: { tech: 1 } }, faults: { room: { mic: { lasts: { mean: 9 } } } } }),
    );
    const scenario = loadScenario(file);
    expect(scenario.name).toBe("slow");
    expect(scenario.staff.pools).toEqual({ ...normal.staff.pools, tech: 1 });
    expect(scenario.faults.room.mic).toEqual({ ...normal.faults.room.mic, lasts: { mean: 9 } });
  });

  it("tells every fault of a file at once, with its place", () => {
    const differs = {
      nam: 1,
      staff: { pools: { remote: -1, techs: 3 } },
      faults: { room: { codec: { lasts: { median: -3 } } } },
      calendar: { from_min: 1_100 },
      sensors: { climate_every_s: 90 },
    };
    const told = (): unknown => parseScenario(differs, "mine.json");
    for (const place of [
      "nam",
      "staff.pools.remote",
      "techs",
      "faults.room.codec.lasts: must be {median, spread}",
      "calendar.from_min: is 1100, more than calendar.to_min",
      "sensors.climate_every_s: must be a multiple of 60",
    ])
      expect(told).toThrow(place);
    expect(told).toThrow("mine.json has 6 faults");
  });

  it("says which there are when it knows none of that name, and why a file cannot be read", () => {
    expect(() => loadScenario("norml")).toThrow("there are normal, alert-flood");
    const file = join(folder, "broken.json");
    writeFileSync(file, "{");
    expect(() => loadScenario(file)).toThrow("broken.json cannot be read");
    expect(() => parseScenario([], "list.json")).toThrow("must be a JSON object");
  });
});
