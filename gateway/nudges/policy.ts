import { type Millis, minutes } from "#contract/units.ts";

/** When a room's panel speaks. Nudges are free: these are about politeness, not about cost. */
export interface NudgePolicy {
  /** Risk of people in the room at arrival from which those in it are asked to wrap up. */
  riskToNudge: number;
  /** Before the booked end. */
  wrapUpBefore: readonly Millis[];
  /** While an overrun lasts, it is said again this often. */
  again: Millis;
  /** Before arrival, and not before the room's last use ends. */
  resetBefore: readonly Millis[];
}

export const defaultNudgePolicy: NudgePolicy = {
  riskToNudge: 0.05,
  wrapUpBefore: [minutes(30), minutes(15), minutes(5)],
  again: minutes(5),
  resetBefore: [minutes(45), minutes(30), minutes(15)],
};
