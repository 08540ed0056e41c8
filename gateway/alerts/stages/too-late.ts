import { riskToRaise } from "../policy.ts";
import type { Stage } from "./stage.ts";

/**
 * What is only likely, and what no call can change any more, is nobody's call. What is sure is told, once: somebody must receive
 * the client.
 */
export const tooLate: Stage = {
  reason: "too-late",
  holds: "alert",
  decide({ gain, risk, isReopening, cause, policy, message }) {
    // What has been raised goes on being told.
    const isNews = risk >= policy.sureRisk && !isReopening;
    if (message !== undefined || isNews || gain >= riskToRaise(policy, cause)) return undefined;
    return { note: "no call would change it any more" };
  },
};
