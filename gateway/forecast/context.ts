import type { Instant } from "#contract/units.ts";
import type { Ask } from "../readiness/check.ts";
import type { Visit } from "../readiness/visit.ts";
import type { Row } from "../readiness/verdict.ts";
import type { RoomState } from "../rooms/room-state.ts";
import type { RoomHabits } from "./habits.ts";
import type { RoomLearner } from "./learner.ts";
import type { SiteLearner } from "./site/site-learner.ts";
import type { PeopleWatch } from "./watch/people-watch.ts";

/** What experts read of a room's past: its watch, without what watches the forecasts themselves. */
interface Watched {
  readonly habits: RoomHabits;
  readonly people: PeopleWatch;
}

/** What an expert looks at: one visit of one room, seen from now. */
export interface Outlook {
  room: RoomState;
  ask: Ask;
  visit: Visit;
  rows: readonly Row[];
  learner: RoomLearner;
  /** What all rooms of the site have learned. */
  site: SiteLearner;
  /** What was seen of this room's people and gear so far. */
  watch: Watched;
  occupied: boolean | undefined;
  now: Instant;
  /** Minutes until arrival, never negative. */
  leadMin: number;
}

/** How far waiting is looked ahead, minutes. */
export const SOON_MIN = 5;

/** What an expert says of one check: P(it passes at arrival if nobody acts). */
export interface Opinion {
  p: number;
  /** What will be measured at arrival, with its standard error, where the check measures. */
  mean?: number;
  sigma?: number;
  /** P(it turns out well within the next minutes, by itself): what waiting would teach. */
  goneSoon?: number;
  /** How many minutes that takes; `SOON_MIN` unless told. */
  soonMin?: number;
  /** P(what is measured is wrong); `p` is for where it is right. */
  doubt?: number;
  /** It rests on something too new to count: not worth telling anybody yet. */
  isUnsettled?: boolean;
  /** How long the thing itself needs once its remedy is done, minutes. */
  recoveryMin?: number;
  /** What will be, as a sentence goes on: "expected 19.2 °C at 09:30". */
  expects?: () => string;
  /** It mends or worsens by itself as time runs: its state now says little of the state at arrival. */
  isPassing?: boolean;
}
