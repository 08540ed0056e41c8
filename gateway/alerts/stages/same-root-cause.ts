import type { Stage } from "./stage.ts";

/** A dead switch is one alert, not twelve; a codec that endangers three visits is told for the first of them. */
export const sameRootCause: Stage = {
  reason: "same-root-cause",
  holds: "alert",
  decide({ explainedBy }) {
    if (explainedBy === undefined) return undefined;
    const { by, until } = explainedBy;
    return { note: `told under ${by}`, ...(until === undefined ? {} : { until }) };
  },
};
