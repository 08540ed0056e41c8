import { expect, it } from "vitest";
import { Bench, NINE, type Values } from "./check-fixture.ts";
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

it.each<[Values, string]>([
  [{ packet_loss_pct: 2, latency_ms: 150 }, "ready"],
  [{ packet_loss_pct: 2.1 }, "degraded"],
  [{ packet_loss_pct: 20 }, "degraded"],
  [{ packet_loss_pct: 20.1 }, "not_ready"],
  [{ latency_ms: 1_000 }, "degraded"],
  [{ latency_ms: 1_001 }, "not_ready"],
])("%j is %s, to the edge", (values, outcome) => {
  expect(new Bench(network).says({ reachable: true, ...values }).finds()?.outcome).toBe(outcome);
});

it("is soft for visits that name nothing, told by name when it is silent, and down when it does not answer", () => {
  expect(new Bench(network).says({ reachable: true }).finds({ capabilities: undefined })?.hard).toBe(false);
  expect(new Bench(network).tells()).toBe("Can't tell the network: The net has never reported.");
  const offline = new Bench(network).says({ reachable: true });
  offline.room.takeDeviceState("net", { at: new Date(NINE).toISOString(), state: "offline" }, NINE);
  expect(offline.finds()).toMatchObject({ outcome: "not_ready", code: "DEVICE_OFFLINE" });
});
