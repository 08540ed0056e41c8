import { type Ask, type Check, type Part, READS_NOTHING } from "./check.ts";

const NAMES: Readonly<Record<string, string>> = {
  display: "a display",
  video_call: "video calls",
  audio: "sound",
  whiteboard: "a whiteboard",
  catering: "catering",
  step_free: "step-free access",
};

/** The room has, by its card, everything that the visit needs. */
export const capability: Check = {
  id: "capability",
  weight: 4,
  require(ask: Ask) {
    const needed = ask.needs.capabilities ?? [];
    if (needed.length === 0) return undefined;
    const lacking = needed.filter((each) => !ask.card.capabilities.includes(each));
    return {
      check: capability,
      key: `capability:${lacking.join(",")}`,
      weight: capability.weight,
      hard: true,
      reads: READS_NOTHING,
      look: () => (lacking.length === 0 ? [look(undefined)] : lacking.map(look)),
    };
  },
};

const look = (lacking: string | undefined): Part => ({
  key: `capability:${lacking ?? ""}`,
  outcome: lacking === undefined ? "ready" : "not_ready",
  quality: lacking === undefined ? 1 : 0,
  code: lacking === undefined ? "OK" : "CAPABILITY_MISSING",
  cause: `capability:${lacking ?? ""}`,
  seen: undefined,
  ...(lacking !== undefined && { value: lacking }),
  say: () =>
    lacking === undefined
      ? "The room has everything this visit needs."
      : `The room does not have ${NAMES[lacking] ?? lacking}.`,
});
