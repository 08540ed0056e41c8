import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { metrics } from "#contract/metrics.ts";
import { seconds } from "#contract/units.ts";
import { parseEdgeConfig } from "../config.ts";
import { driverIds, loadDrivers } from "./registry.ts";

const folderOf = (id: string): URL => new URL(`${id}/`, import.meta.url);
const driverList = [...(await loadDrivers(driverIds)).values()];
const env = new Proxy({}, { get: () => "secret" });

test("each is found by its own name, and nothing else is", async () => {
  expect(driverList.map(({ id }) => id)).toEqual(driverIds);
  expect([...(await loadDrivers(["teleport", "toString", "reach", "reach"])).keys()]).toEqual(["reach"]);
});

test.each(driverList.map((driver) => [driver.id, driver] as const))(
  "%s has a page that names its options and metrics, and a sample that is valid",
  async (id, driver) => {
    expect(existsSync(new URL("README.md", folderOf(id)))).toBe(true);
    const page = readFileSync(new URL("README.md", folderOf(id)), "utf8");
    const sample = readFileSync(new URL("sample.yaml", folderOf(id)), "utf8");
    const head = 'site: s\nagent: a\nbroker: { url: "mqtt://b" }\ndata_dir: d\n';
    const parsed = await parseEdgeConfig(head + sample, { folder: ".", env });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
    expect(parsed.config.devices.length).toBeGreaterThan(0);
    for (const device of parsed.config.devices) {
      expect(device.driver).toBe(id);
      for (const name of Object.keys(driver.intervals(device.options, seconds(60)))) {
        expect([...metrics.keys()]).toContain(name);
        expect(page).toContain(`\`${name}\``);
      }
      for (const name of Object.keys(device.options as object)) expect(page).toContain(name);
    }
  },
);
