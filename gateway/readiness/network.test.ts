import { expect, it } from "vitest";
import { Bench, type Values } from "./check-fixture.ts";
import { network } from "./network.ts";

it.each<[Values, string, string]>([
  [{ reachable: true }, "ready", "OK"],
  [{ reachable: false }, "not_ready", "NETWORK_DOWN"],
  [{ reachable: true, link_up: true, poe_state: "delivering" }, "ready", "OK"],
  [{ reachable: true, link_up: false }, "not_ready", "LINK_DOWN"],
  [{ reachable: true, link_up: true, poe_state: "fault" }, "degraded", "NO_POWER_OVER_CABLE"],
  [{ reachable: true, packet_loss_pct: 3 }, "degraded", "NETWORK_LOSSY"],
  [{ reachable: true, packet_loss_pct: 21 }, "not_ready", "NETWORK_LOSSY"],
  [{ reachable: true, latency_ms: 151 }, "degraded", "NETWORK_SLOW"],
])("%j is %s", (values, outcome, code) => {
  expect(new Bench(network).says(values).finds()).toMatchObject({ outcome, code });
});

it("blocks visits with a call and only lowers others", () => {
  const bench = new Bench(network).says({ reachable: false });
  expect(bench.finds({ capabilities: ["video_call"] })?.hard).toBe(true);
  expect(bench.finds({ capabilities: ["display"] })?.hard).toBe(false);
});
