import { type Instant, rfc3339 } from "#contract/units.ts";

const MINUTE = 60_000;
const KEEP = 4_096;
/** "2026-11-23T08:05:" by minute: instants that are told lie close together. */
const minutes = new Map<number, string>();
const seconds: readonly string[] = Array.from({ length: 60 }, (_, i) => String(i).padStart(2, "0"));
const thousandths: readonly string[] = Array.from({ length: 1_000 }, (_, i) => `.${String(i).padStart(3, "0")}Z`);

/** The wire's form of an instant, as `rfc3339` makes it, at a fraction of its cost. */
export function stamp(at: Instant): string {
  const minute = Math.floor(at / MINUTE);
  let text = minutes.get(minute);
  if (text === undefined) {
    text = rfc3339(at).slice(0, -7);
    if (minutes.size >= KEEP) minutes.clear();
    minutes.set(minute, text);
  }
  const rest = Math.floor(at) - minute * MINUTE;
  const second = Math.floor(rest / 1_000);
  return `${text}${seconds[second]}${thousandths[rest - second * 1_000]}`;
}
