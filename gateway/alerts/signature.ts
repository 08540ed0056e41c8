import type { RoomReadiness } from "#contract/messages/readiness.ts";

/** Everything of a judgement that the desk decides on or says: while it is the same, there is nothing to consider. */
export function signatureOf({ demos }: RoomReadiness): string {
  let signature = "";
  for (const { demo, arrival, end, causes, verdict } of demos) {
    signature += `${demo}\n${arrival}\n${end}\n`;
    if (causes.length === 0) continue;
    for (const { cause, p_ready, p_mended, act_by, sentence, steps } of causes) {
      signature += `${cause}\n${p_ready}\n${p_mended ?? ""}\n${act_by}\n${sentence}\n${steps.length}\n`;
      for (const step of steps) signature += `${step.act_by}\n`;
    }
    for (const { check, outcome, since } of verdict.checks)
      if (outcome !== "ready") signature += `${check}\n${outcome}\n${since}\n`;
  }
  return signature;
}
