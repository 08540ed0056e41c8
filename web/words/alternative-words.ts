import type { Alternative } from "#contract/messages/alert.ts";
import { clockTime } from "./time-words.ts";

/** "same floor, 25 m away", "one floor away", "3 floors away" */
export function distanceWords({ storeys, metres }: Pick<Alternative, "storeys" | "metres">): string {
  const floors = storeys === 0 ? "same floor" : storeys === 1 ? "one floor away" : `${storeys} floors away`;
  if (metres === undefined) return floors;
  const walk = `${Math.max(1, Math.round(metres))}\u00A0m`;
  return storeys === 0 ? `${floors}, ${walk} away` : `${floors}, ${walk}`;
}

/** How well a room suits: "right size", "larger than needed", "far too large". */
export const fitWords = (fit: number): string =>
  fit >= 0.8 ? "right size" : fit >= 0.45 ? "larger than needed" : "far larger than needed";

/** Who would have to give way: "free", "1 booking gives way". */
export const displacedWords = (displaces: number): string =>
  displaces === 0 ? "free then" : displaces === 1 ? "1 booking gives way" : `${displaces} bookings give way`;

/** "kept for this visit until 08:55"; nothing once that is past. */
export function heldWords(heldUntil: string | undefined, now: number, zone: string): string | undefined {
  const until = Date.parse(heldUntil ?? "");
  return until > now ? `kept for this visit until ${clockTime(until, zone)}` : undefined;
}
