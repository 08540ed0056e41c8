import type { Demo } from "#contract/messages/room.ts";
import { type Instant, instant } from "#contract/units.ts";
import { lastBefore, type Span, spanOf } from "../rooms/span.ts";

/** P(ready at arrival) that a visit wants unless it says otherwise. */
const DEFAULT_TARGET = 0.95;

/** A demo with its times as instants, and the use of the room that comes before it. */
export interface Visit extends Span {
  demo: Demo;
  arrival: Instant;
  before: Span | undefined;
  target: number;
  /** Under this key it is remembered that the visit was at risk. */
  riskKey: string;
}

/** `uses`: when others use the room. */
export function visitOf(demo: Demo, uses: readonly Span[]): Visit {
  const arrival = instant(Date.parse(demo.arrival));
  const before = lastBefore(uses, arrival);
  return {
    ...spanOf(demo),
    demo,
    arrival,
    before,
    target: demo.target ?? DEFAULT_TARGET,
    riskKey: `at-risk:${demo.id}`,
  };
}
