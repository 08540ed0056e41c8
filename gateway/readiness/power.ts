import type { Ask, Check, Part, Scene } from "./check.ts";
import { type Fault, lookAtGear, readsOf } from "./gear-check.ts";

/** What a UPS still has must see a visit's gear through its shutdown, at the least. */
const SHORT_MIN = 10;
const LOW_PCT = 20;
const FULL_LOAD_PCT = 95;

/**
 * The supply that feeds the room's gear is on the mains. On its battery it lowers, and blocks once ten minutes are left; blocks where
 * its output is off or it reports an error. A low battery, an own warning and a full load lower.
 */
export const power: Check = {
  id: "power",
  weight: 6,
  require(_ask: Ask, room) {
    const supplies = room.ofKind("ups");
    if (supplies.length === 0) return undefined;
    const reads = readsOf(room, supplies);
    return { check: power, key: "power", weight: power.weight, hard: true, reads, look };
  },
};

const look = (scene: Scene): Part[] =>
  scene.room.ofKind("ups").map((device) =>
    lookAtGear(scene, device, {
      kind: "power",
      key: `power:${device.device}`,
      essential: ["external_power", "other_health", "reachable"],
      thing: "the power supply",
      wellSays: "is on the mains",
      // The gear that it feeds tells for itself whether it has power.
      offlineIsFault: false,
      faults: (word) => [
        word("switched_on") === false
          ? { outcome: "not_ready", code: "SUPPLY_OFF", metric: "switched_on", value: false, says: "feeds nothing" }
          : undefined,
        onBattery(word("external_power"), word("runtime_left_min")),
        healthFault(word("other_health")),
        beyond({ metric: "battery_pct", code: "BATTERY_LOW" }, word("battery_pct"), (n) =>
          n < LOW_PCT ? `has ${Math.round(n)} % in its battery` : undefined,
        ),
        beyond({ metric: "load_pct", code: "SUPPLY_LOADED" }, word("load_pct"), (n) =>
          n > FULL_LOAD_PCT ? `is loaded to ${Math.round(n)} %` : undefined,
        ),
      ],
    }),
  );

function onBattery(mains: unknown, left: unknown): Fault | undefined {
  if (mains !== false) return undefined;
  const minutes = typeof left === "number" ? Math.floor(left) : undefined;
  const told = {
    says: "runs on its battery",
    ...(minutes !== undefined && { more: `, which lasts ${minutes} min more` }),
  };
  if (minutes !== undefined && minutes <= SHORT_MIN)
    return { outcome: "not_ready", code: "BATTERY_SHORT", metric: "runtime_left_min", value: minutes, ...told };
  return { outcome: "degraded", code: "ON_BATTERY", metric: "external_power", value: false, ...told };
}

function healthFault(value: unknown): Fault | undefined {
  if (value === "error")
    return { outcome: "not_ready", code: "SUPPLY_FAULT", metric: "other_health", value, says: "reports an error" };
  if (value === "warning")
    return { outcome: "degraded", code: "SUPPLY_WARNING", metric: "other_health", value, says: "reports a warning" };
  return undefined;
}

function beyond(
  { metric, code }: { metric: string; code: string },
  value: unknown,
  says: (n: number) => string | undefined,
): Fault | undefined {
  const said = typeof value === "number" ? says(value) : undefined;
  return said === undefined ? undefined : { outcome: "degraded", code, metric, value: value as number, says: said };
}
