import { hours, type Instant, instant } from "#contract/units.ts";
import type { Ask, Check, Part, Scene } from "./check.ts";
import { type Fault, lookAtGear, readsOf } from "./gear-check.ts";

/** A display that was seen working this recently is trusted to wake. */
const WAKE_PROOF = hours(24);
const LAMP_WORN_PCT = 95;

const HEALTH = [
  ["lamp_health", "lamp", true],
  ["fan_health", "fan", true],
  ["thermal_health", "temperature", true],
  ["cover_health", "cover", true],
  ["other_health", "hardware", true],
  ["filter_health", "filter", false],
] as const;

/**
 * Every display and projector shows a picture, or is asleep and has proved lately that it wakes. Sleep is normal: off is no
 * fault. Its own error reports block; warnings, a wrong input, a muted or frozen picture and a worn lamp lower.
 */
export const display: Check = {
  id: "display",
  weight: 15,
  require(ask: Ask, room) {
    if (ask.needs.capabilities?.includes("display") !== true) return undefined;
    const displays = room.ofKind("display", "projector");
    if (displays.length === 0) return undefined;
    const reads = readsOf(room, displays);
    return { check: display, key: "display", weight: display.weight, hard: true, reads, look };
  },
};

const look = (scene: Scene): Part[] =>
  scene.room.ofKind("display", "projector").map((device) =>
    lookAtGear(scene, device, {
      kind: "display",
      key: `display:${device.device}`,
      essential: ["power_state", "reachable"],
      thing: "the display",
      wellSays: "works",
      offlineIsFault: true,
      faults: (word, { wokenAt }) => [
        ...HEALTH.map(([metric, part, blocks]) => healthFault(metric, part, blocks, word(metric))),
        word("reachable") === false
          ? {
              outcome: "not_ready",
              code: "DISPLAY_UNREACHABLE",
              metric: "reachable",
              value: false,
              says: "does not answer",
            }
          : undefined,
        ...softFaults(word),
        isAsleep(word("power_state")) && !isProven(scene, wokenAt)
          ? {
              outcome: "degraded",
              code: "WAKE_NOT_PROVEN",
              metric: "power_state",
              value: String(word("power_state")),
              says: "is asleep and has not been seen working for a day",
            }
          : undefined,
      ],
    }),
  );

/** Proof wears off by the clock. */
function isProven(scene: Scene, wokenAt: Instant | undefined): boolean {
  if (wokenAt === undefined || scene.now - wokenAt > WAKE_PROOF) return false;
  scene.wakeAt(instant(wokenAt + WAKE_PROOF + 1));
  return true;
}

const isAsleep = (power: unknown): boolean => power === "off" || power === "standby";

function softFaults(word: (metric: string) => unknown): (Fault | undefined)[] {
  const used = word("lamp_used_pct");
  return [
    word("input_state") === "wrong"
      ? {
          outcome: "degraded",
          code: "WRONG_INPUT",
          metric: "input_state",
          value: "wrong",
          says: "shows the wrong input",
        }
      : undefined,
    word("picture_muted") === true
      ? {
          outcome: "degraded",
          code: "PICTURE_MUTED",
          metric: "picture_muted",
          value: true,
          says: "has its picture muted",
        }
      : undefined,
    word("picture_frozen") === true
      ? {
          outcome: "degraded",
          code: "PICTURE_FROZEN",
          metric: "picture_frozen",
          value: true,
          says: "has its picture frozen",
        }
      : undefined,
    typeof used === "number" && used > LAMP_WORN_PCT
      ? {
          outcome: "degraded",
          code: "LAMP_WORN",
          metric: "lamp_used_pct",
          value: used,
          says: `has used ${Math.round(used)} % of its lamp`,
        }
      : undefined,
  ];
}

function healthFault(metric: string, part: string, blocks: boolean, value: unknown): Fault | undefined {
  if (value !== "error" && value !== "warning") return undefined;
  const isBlocker = value === "error" && blocks;
  return {
    outcome: isBlocker ? "not_ready" : "degraded",
    code: `${part.toUpperCase()}_${isBlocker ? "FAULT" : "WARNING"}`,
    metric,
    value,
    says: `reports a ${part} ${value}`,
  };
}
