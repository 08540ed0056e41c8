import type { Ask, Check, Part, Scene } from "./check.ts";
import { lookAtGear, readsOf } from "./gear-check.ts";

const LOSS_PCT = { lowers: 2, blocks: 20 };
const LATENCY_MS = { lowers: 150, blocks: 1_000 };

/** The network that calls need: reachable, its port linked, little loss, little delay. Hard for visits with a call, soft for others. */
export const network: Check = {
  id: "network",
  weight: 6,
  require(ask: Ask, room) {
    const gear = room.ofKind("network", "switch");
    if (gear.length === 0) return undefined;
    const reads = readsOf(room, gear);
    const hard = ask.needs.capabilities?.includes("video_call") === true;
    return { check: network, key: "network", weight: network.weight, hard, reads, look };
  },
};

const look = (scene: Scene): Part[] =>
  scene.room.ofKind("network", "switch").map((device) =>
    lookAtGear(scene, device, {
      kind: device.card?.kind === "switch" ? "switch" : "network",
      key: `network:${device.device}`,
      essential: ["reachable", "packet_loss_pct", "latency_ms"],
      thing: "the network",
      wellSays: "is reachable",
      offlineIsFault: true,
      faults: (word) => [
        word("reachable") === false
          ? { outcome: "not_ready", code: "NETWORK_DOWN", metric: "reachable", value: false, says: "is down" }
          : undefined,
        word("link_up") === false
          ? { outcome: "not_ready", code: "LINK_DOWN", metric: "link_up", value: false, says: "has no link" }
          : undefined,
        word("poe_state") === "fault"
          ? {
              outcome: "degraded",
              code: "NO_POWER_OVER_CABLE",
              metric: "poe_state",
              value: "fault",
              says: "cannot give power over the cable",
            }
          : undefined,
        level("packet_loss_pct", word("packet_loss_pct"), LOSS_PCT, (n) => `loses ${n} % of its packets`),
        level("latency_ms", word("latency_ms"), LATENCY_MS, (n) => `takes ${n} ms to answer`),
      ],
    }),
  );

function level(
  metric: string,
  value: unknown,
  limit: { lowers: number; blocks: number },
  says: (n: number) => string,
): { outcome: "degraded" | "not_ready"; code: string; metric: string; value: number; says: string } | undefined {
  if (typeof value !== "number" || value <= limit.lowers) return undefined;
  const outcome = value > limit.blocks ? "not_ready" : "degraded";
  const code = metric === "latency_ms" ? "NETWORK_SLOW" : "NETWORK_LOSSY";
  return { outcome, code, metric, value, says: says(Math.round(value)) };
}
