import type { SensorFinding } from "#contract/messages/readiness.ts";
import type { RoomState } from "../rooms/room-state.ts";
import { type Ask, type Check, type Part, READS_NOTHING } from "./check.ts";

/** Open findings about a room's sensors: whoever detects them provides this. */
export type FindingsOf = (room: RoomState) => readonly SensorFinding[];

/** The room's sensors can be believed. A finding is about the sensor, not about the room, so it only lowers. */
export function sensorHealth(findingsOf: FindingsOf): Check {
  const check: Check = {
    id: "sensor_health",
    weight: 2,
    require(_ask: Ask, room) {
      if (room.slots.length === 0 && room.ofKind("sensor").length === 0) return undefined;
      return {
        check,
        key: "sensor_health",
        weight: check.weight,
        hard: false,
        // Other findings make everything be looked at anew.
        reads: READS_NOTHING,
        look: (scene) => look(findingsOf(scene.room)),
      };
    },
  };
  return check;
}

function look(findings: readonly SensorFinding[]): Part[] {
  const open = findings.filter((finding) => finding.to === undefined);
  if (open.length === 0) {
    return [
      {
        key: "sensor_health",
        outcome: "ready",
        quality: 1,
        code: "OK",
        cause: "sensor:",
        seen: undefined,
        say: () => "All sensors can be believed.",
      },
    ];
  }
  return open.map((finding) => ({
    key: `sensor_health:${finding.device}/${finding.metric}`,
    outcome: "degraded",
    quality: 0.5,
    code: `SENSOR_${finding.kind.toUpperCase()}`,
    cause: finding.cause ?? `sensor:${finding.device}/${finding.metric}`,
    seen: undefined,
    device: finding.device,
    metric: finding.metric,
    say: () => finding.sentence,
  }));
}
