import type { ErrorCode } from "#contract/errors.ts";
import type { Reading } from "#contract/messages/reading.ts";
import { isPlausible, metrics, wrongType, wrongUnits } from "#contract/metrics.ts";
import { parseReading } from "#contract/parse-reading.ts";
import { earlier, type Instant, later, type Millis, minutes, rfc3339 } from "#contract/units.ts";

/** Larger than any reading; the embedded broker refuses such packets by itself. */
const LONGEST_PAYLOAD = 64 * 1024;
/** How far a sender's clock may run ahead. */
const AHEAD = minutes(5);

export interface Judging {
  now: Instant;
  /** How long history keeps single values: what is older would be gone at once. */
  keeps: Millis;
  /** The agent that signed in, where the broker knows it. */
  agent: string | undefined;
}

export type Judged =
  | { ok: true; reading: Reading; at: Instant; unknown: number; implausible: number }
  | { ok: false; code: ErrorCode; where: string; why: string };

const bad = (code: ErrorCode, where: string, why: string): Judged => ({ ok: false, code, where, why });

/**
 * Whether a reading may be recorded. Keys that are not known stay in the reading and are counted; values that no working
 * sensor reports are recorded as claimed, and counted: that they are a fault of the sensor is the gateway's finding.
 */
export function judgeReading(payload: Uint8Array, { now, keeps, agent }: Judging): Judged {
  if (payload.length > LONGEST_PAYLOAD)
    return bad("TOO_LARGE", "payload", `${payload.length} bytes; at most ${LONGEST_PAYLOAD}`);
  const parsed = parseReading(payload);
  if (!parsed.ok) return parsed;
  const { value: reading, at } = parsed;
  if (agent !== undefined && reading.agent !== undefined && reading.agent !== agent)
    return bad("NOT_ALLOWED", "agent", `the payload says ${reading.agent}, the sign-in ${agent}`);
  if (at > later(now, AHEAD)) return bad("BAD_TIME", "at", `is in the future: it is ${rfc3339(now)} here`);
  if (at < earlier(now, keeps))
    return bad("BAD_TIME", "at", `is older than what history keeps (${keeps / 86_400_000} days)`);
  return judgeMetrics(reading, at);
}

function judgeMetrics(reading: Reading, at: Instant): Judged {
  let known = 0;
  let unknown = 0;
  let implausible = 0;
  for (const name in reading.metrics) {
    const value = reading.metrics[name];
    const metric = metrics.get(name);
    if (metric === undefined) {
      const right = wrongUnits.get(name);
      if (right !== undefined) return bad("BAD_UNIT", `metrics.${name}`, `send ${right}`);
      unknown += 1;
      continue;
    }
    known += 1;
    if (value === null || value === undefined) continue;
    const wrong = wrongType(metric, value);
    if (wrong !== undefined) return bad("BAD_SHAPE", `metrics.${name}`, wrong);
    if (!isPlausible(metric, value)) implausible += 1;
  }
  if (known === 0 && unknown > 0)
    return bad("UNKNOWN_METRIC", "metrics", `none is known: ${Object.keys(reading.metrics).slice(0, 5).join(", ")}`);
  return { ok: true, reading, at, unknown, implausible };
}
