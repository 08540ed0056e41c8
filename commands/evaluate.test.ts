import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "evaluate-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const evaluate = (...args: string[]) =>
  spawnSync(process.execPath, ["greenroom.ts", "evaluate", ...args], {
    cwd: `${import.meta.dirname}/..`,
    encoding: "utf8",
  });

describe("greenroom evaluate", () => {
  it("compares simple policies and prints JSON that programs read", () => {
    const { status, stdout } = evaluate(
      "--rooms",
      "20",
      "--days",
      "2",
      "--seeds",
      "1,2",
      "--policies",
      "clairvoyant,fixed-30",
      "--json",
    );
    expect(status).toBe(0);
    const report = JSON.parse(stdout) as { policies: Record<string, Record<string, number>> };
    expect(report).toMatchObject({ scenario: "normal", seeds: [1, 2] });
    expect(Object.keys(report.policies)).toEqual(["fixed-30", "clairvoyant"]);
    const keys = [
      "rescued_own",
      "rescued_any",
      "recall",
      "precision",
      "eqcl_recall",
      "eqcl_rescued",
      "eqcl_false_per_100",
    ];
    for (const key of [
      ...keys,
      "false_work_orders_per_100",
      "median_lead_min",
      "median_margin_min",
      "peak_per_10_min",
    ]) {
      expect(report.policies["clairvoyant"]).toHaveProperty(key);
      expect(report.policies["clairvoyant"]).toHaveProperty(`${key}_sd`);
    }
  });

  it("ends with 2 and every fault of a scenario file", () => {
    const file = join(folder, "bad.json");
    writeFileSync(file, JSON.stringify({ staff: { ignores: 2, pools: { tech: -1 } }, weather: 1 }));
    const { status, stderr } = evaluate("--scenario", file);
    expect(status).toBe(2);
    for (const place of ["staff.ignores", "staff.pools.tech", "weather"]) expect(stderr).toContain(place);
  });

  it("ends with 2 where a scenario or a policy is not known", () => {
    expect(evaluate("--scenario", "nowhere")).toMatchObject({ status: 2, stdout: "" });
    expect(evaluate("--policies", "guess").stderr).toContain("no policy is called guess");
  });
});
