import { metrics } from "#contract/metrics.ts";
import { type Instant, instant } from "#contract/units.ts";
import type { RowsVerdict } from "../readiness/verdict.ts";
import type { RoomState } from "../rooms/room-state.ts";
import type { JudgedRoom } from "./judge-room.ts";

/**
 * What a judgement says, in three grades: a change of `words` (an outcome, a reason, a status, a cause) is told at once,
 * one of `figures` (a value, a score, a probability) soon, one of `evidence` (newer reports of the same) now and then.
 */
export interface Gist {
  words: string;
  figures: string;
  evidence: number;
}

/** How finely a value is told: finer changes are nobody's news. */
const RESOLUTION: Readonly<Record<string, number>> = {
  temperature_c: 0.1,
  setpoint_c: 0.1,
  chip_temperature_c: 1,
  co2_ppm: 5,
  pm25_ugm3: 1,
  voc_ppb: 10,
  pressure_hpa: 1,
  light_lux: 10,
  latency_ms: 20,
  power_w: 10,
};

export function gist(judged: JudgedRoom, room: RoomState): Gist {
  let words = wordsOf(judged.now);
  let figures = `${judged.now.score}`;
  for (const { demo, verdict, forecast, status } of judged.demos) {
    words += `#${demo.id};${demo.arrival};${demo.end};${status};${wordsOf(verdict)}`;
    figures += `#${verdict.score};${Math.round(forecast.p * 100)}`;
    for (const { cause, isUnknown, actBy, p } of forecast.causes) {
      words += `;${cause}${isUnknown ? "?" : "!"}`;
      figures += `;${minute(actBy)};${Math.round(p * 100)}`;
    }
  }
  for (const finding of judged.findings)
    words += `&${finding.device}/${finding.metric}${finding.kind}${finding.from}${finding.to ?? ""}`;
  const { told, newest } = evidenceOf(room, judged.at);
  return { words: words + told.kinds, figures: figures + told.values, evidence: newest };
}

function wordsOf(verdict: RowsVerdict): string {
  let words = verdict.outcome as string;
  for (const { check, outcome, code, part, since } of verdict.rows) {
    words += `|${check}${outcome}${code}${part.cause}${part.outcome}${outcome === "ready" ? "" : since}`;
  }
  return words;
}

function evidenceOf(room: RoomState, now: Instant): { told: { kinds: string; values: string }; newest: number } {
  let kinds = "@";
  let values = "@";
  let newest = 0;
  for (const slot of room.slots.values()) {
    const device = room.devices.get(slot.device);
    if (device === undefined) continue;
    const seen = room.observe(device, slot.metric, now);
    kinds += seen.kind.charAt(0) + seen.kind.charAt(2);
    values += `${rounded(slot.metric, slot.value)},`;
    if (slot.at > newest) newest = slot.at;
  }
  return { told: { kinds, values }, newest };
}

function rounded(metric: string, value: unknown): string {
  if (typeof value !== "number") return String(value);
  const step = RESOLUTION[metric] ?? (metrics.get(metric)?.kind === "number" ? 1 : 1);
  return String(Math.round(value / step));
}

const minute = (at: Instant): number => Math.floor(instant(at) / 60_000);
