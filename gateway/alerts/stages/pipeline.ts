import { demoRunning } from "./demo-running.ts";
import { duplicate } from "./duplicate.ts";
import { inMaintenance } from "./in-maintenance.ts";
import { notSustained } from "./not-sustained.ts";
import { nudged } from "./nudged.ts";
import { overBudget } from "./over-budget.ts";
import { sameRootCause } from "./same-root-cause.ts";
import { snoozed } from "./snoozed.ts";
import type { Facts, Held, Stage } from "./stage.ts";
import { tooLate } from "./too-late.ts";

/** What a finding passes on its way to a person, in this order. Adding a stage touches its file, its test and this list. */
export const stages: readonly Stage[] = [
  notSustained,
  sameRootCause,
  inMaintenance,
  demoRunning,
  nudged,
  tooLate,
  snoozed,
  duplicate,
  overBudget,
];

/** The first stage that holds it back, if one does; for an alert only the stages that hold alerts, for a message all. */
export function firstHeld(facts: Facts): Held | undefined {
  for (const stage of stages) {
    if (stage.holds === "message" && facts.message === undefined) continue;
    const held = stage.decide(facts);
    if (held !== undefined) return { reason: stage.reason, ...held };
  }
  return undefined;
}
