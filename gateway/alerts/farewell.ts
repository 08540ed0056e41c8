import type { Instant } from "#contract/units.ts";
import { at, type Judgement, type Member } from "./finding.ts";

/** Why a visit is no longer endangered. `gone`: the cause is; the others: the visit is. */
export type Farewell = "gone" | "called-off" | "begun" | "over";

/** The reason as people read it in the history. */
export const farewells: Readonly<Record<Farewell, string>> = {
  gone: "it is in order again",
  "called-off": "the visit was called off or moved to another room",
  begun: "the visit has begun",
  over: "the visit is over",
};

/** Why a visit is no longer among those that a cause endangers. */
export function farewellOf(member: Member, judgement: Judgement, now: Instant): Farewell {
  const demo = judgement.demos.find((each) => each.id === member.demo);
  if (demo === undefined) return member.end <= now ? "over" : "called-off";
  if (judgement.readiness.demos.some((each) => each.demo === member.demo)) return "gone";
  return at(demo.arrival) <= now ? "begun" : "gone";
}
