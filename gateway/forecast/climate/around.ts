import type { Instant } from "#contract/units.ts";
import type { ClimatePool } from "./pool.ts";

/** What is known around a room's air when a step of the grid is over. Where nothing is known: `undefined`. */
export interface Around {
  /** IANA zone of the room's clocks. */
  readonly zone: string;
  readonly occupied: boolean | undefined;
  readonly people: number | undefined;
  readonly setpointC: number | undefined;
  /** The share of a span in which the room is booked. */
  booked(from: Instant, to: Instant): number | undefined;
  /** Whether others take over the room within a span: a booking begins. */
  begins?(from: Instant, to: Instant): boolean;
  /** The share of a span in which climate control runs, by its schedule. */
  conditioned(from: Instant, to: Instant): number | undefined;
  /** For how many minutes climate control has been on by its schedule; `undefined` where it is off, or nobody says. */
  ranMin?(at: Instant): number | undefined;
  /** What the site's rooms share; without it a room learns alone. */
  readonly pool?: ClimatePool | undefined;
}

/** A room of which only its air is known. */
export const nothingAround: Around = {
  zone: "UTC",
  occupied: undefined,
  people: undefined,
  setpointC: undefined,
  booked: () => undefined,
  conditioned: () => undefined,
};
