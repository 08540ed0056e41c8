/** The robust local level of a series: the median of its last few believed values. JSON. */
export interface Level {
  recent: number[];
  next: number;
  at: number;
}

const SIZE = 5;
/** With fewer values there is no level to compare with. */
const ENOUGH = 3;

export const newLevel = (): Level => ({ recent: [], next: 0, at: 0 });

/** A thousandth of any unit is finer than every sensor; kept states stay short. */
export const round = (value: number): number => Math.round(value * 1000) / 1000;

export function accept(level: Level, value: number, at: number): void {
  level.recent[level.next] = round(value);
  level.next = (level.next + 1) % SIZE;
  level.at = at;
}

export function restartLevel(level: Level): void {
  level.recent.length = 0;
  level.next = 0;
}

export const isSettled = (level: Level): boolean => level.recent.length >= ENOUGH;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** Whether a value is further than `limit` from the level. Most values are near the last one, which needs no median. */
export function departs(level: Level, value: number, limit: number): boolean {
  if (!isSettled(level)) return false;
  const last = level.recent[(level.next + SIZE - 1) % SIZE] ?? value;
  if (Math.abs(value - last) < limit / 2) return false;
  return Math.abs(value - median(level.recent)) > limit;
}
