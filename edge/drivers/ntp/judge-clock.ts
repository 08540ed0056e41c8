import type { Millis } from "#contract/units.ts";
import { Told } from "../told.ts";
import type { NtpAnswer } from "./packet.ts";

export interface ClockVerdict {
  told: Told;
  /** The clock is further off than its limit, or nobody can say how far. */
  finding: string | undefined;
}

/** What several servers together say of the agent's clock: the median, so that one that is wrong does not count. Pure. */
export function judgeClock(answers: readonly NtpAnswer[], limit: Millis): ClockVerdict {
  const told = new Told();
  const offsets = answers.map(({ offset }) => offset).toSorted((a, b) => a - b);
  const [low = 0, high = 0] = [offsets[0], offsets.at(-1)];
  if (offsets.length === 2 && high - low > limit)
    return { told, finding: `cannot be judged: two servers disagree by ${span(high - low)}; name a third` };
  const offset = median(offsets);
  told.put("clock_offset_ms", rounded(offset));
  told.put("latency_ms", rounded(median(answers.map(({ delay }) => delay).toSorted((a, b) => a - b))));
  const isOff = Math.abs(offset) > limit || told.refused !== undefined;
  return { told, finding: isOff ? `is ${span(Math.abs(offset))} ${offset > 0 ? "ahead" : "behind"}` : undefined };
}

function median(sorted: readonly number[]): number {
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}

const rounded = (ms: number): number => Math.round(ms * 10) / 10;

function span(ms: number): string {
  if (ms < 10_000) return `${Math.round(ms)} ms`;
  if (ms < 7_200_000) return `${Math.round(ms / 1_000)} s`;
  return ms < 172_800_000 ? `${Math.round(ms / 3_600_000)} h` : `${Math.round(ms / 86_400_000)} days`;
}
