import type { RoomReadiness } from "#contract/messages/readiness.ts";

/** Everything of a judgement that the desk decides on or says, in a row: while it is the same, there is nothing to consider. */
export type Signature = readonly (string | number | undefined)[];

/** Scratch: nothing outlives a call. */
const parts: (string | number | undefined)[] = [];

/** The signature of a judgement: `known` itself where it has the same. Most have, so only those that differ are kept. */
export function signatureOf({ demos }: RoomReadiness, known?: Signature): Signature {
  parts.length = 0;
  for (const { demo, arrival, end, causes, verdict } of demos) {
    parts.push(demo, arrival, end, causes.length);
    if (causes.length === 0) continue;
    for (const { cause, p_ready, p_mended, act_by, sentence, steps } of causes) {
      parts.push(cause, p_ready, p_mended, act_by, sentence, steps.length);
      for (const step of steps) parts.push(step.act_by);
    }
    for (const { check, outcome, since } of verdict.checks) if (outcome !== "ready") parts.push(check, outcome, since);
  }
  return known !== undefined && isSame(known) ? known : [...parts];
}

function isSame(known: Signature): boolean {
  if (known.length !== parts.length) return false;
  for (let i = 0; i < parts.length; i++) if (known[i] !== parts[i]) return false;
  return true;
}
