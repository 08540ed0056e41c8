import { hours, type Millis, minutes } from "#contract/units.ts";

/** When gear is tried out before a visit. */
export interface PreflightPolicy {
  /** Before arrival. */
  before: Millis;
  /** Later than this before arrival nothing is tried any more: it would disturb. */
  atLeast: Millis;
  /** How long an agent has for it; a lamp needs a minute or two. */
  within: Millis;
  /** What failed is tried again after this. */
  again: Millis;
  /** What failed before an earlier visit, or has failed for long, is tried again this often. */
  standing: Millis;
  /** So long before arrival at the earliest. */
  earliest: Millis;
}

export const defaultPreflightPolicy: PreflightPolicy = {
  before: minutes(45),
  atLeast: minutes(8),
  within: minutes(5),
  again: minutes(10),
  standing: minutes(30),
  earliest: hours(8),
};
