import { describe, expect, it } from "vitest";
import type { Alert, AlertEvent } from "#contract/messages/alert.ts";
import { clockTime, wireTime } from "./desk-fixture.ts";
import type { Finding, Member } from "./finding.ts";
import { defaultPolicy } from "./policy.ts";
import { trustedUntil } from "./trust.ts";

const resolved = (found?: AlertEvent["found"], by: string | undefined = "priya", time = "12:00"): AlertEvent => ({
  at: wireTime(time),
  event: "resolved",
  ...(by !== undefined && { by }),
  ...(found !== undefined && { found }),
});
const byItself: AlertEvent = { at: wireTime("11:00"), event: "resolved" };

interface Case {
  history?: AlertEvent[];
  cause?: string;
  risks?: number[];
  since?: string;
  arrival?: string;
  reachedAt?: string | undefined;
}

/** Until when the word of twelve o'clock stands, for a visit at four. */
function until({
  history = [resolved()],
  cause = "codec:c1",
  risks = [0.9],
  since = "11:30",
  arrival = "16:00",
  reachedAt = "12:00",
}: Case = {}) {
  const members = risks.map((risk) => ({ risk, arrival: clockTime(arrival), since: clockTime(since) }) as Member);
  const finding = { site: "hq", cause, members } as unknown as Finding;
  return trustedUntil(
    { history, reached: { resolved: wireTime(reachedAt) } } as unknown as Alert,
    finding,
    defaultPolicy,
  );
}

describe("who says that it is resolved", () => {
  it("is believed only if it is a person", () => {
    expect(until({ history: [] })).toBeUndefined();
    expect(until({ history: [byItself] })).toBeUndefined();
    expect(until({ history: [resolved(), byItself] })).toBeUndefined();
  });

  it("is believed until arrival, unless more than a mere likelihood contradicts for a visit", () => {
    expect(until({ risks: [0.49] })).toBe(clockTime("16:00"));
    expect(until({ risks: [0.5] })).toBe(clockTime("12:10"));
    expect(until({ risks: [0.2, 0.9] })).toBe(clockTime("12:10"));
    expect(until({ risks: [0.2], arrival: "11:50" })).toBe(clockTime("12:00"));
  });

  it("does not ask people to leave twice", () => {
    expect(until({ cause: "occupied", risks: [1] })).toBe(clockTime("16:00"));
  });

  it("has ten minutes; twenty-five where air must warm up or clear, however often it was said", () => {
    expect(until({ cause: "codec:c1" })).toBe(clockTime("12:10"));
    for (const cause of ["temperature", "co2", "humidity", "ahu:2"]) expect(until({ cause })).toBe(clockTime("12:25"));
    expect(until({ cause: "co2", history: [resolved(), resolved()] })).toBe(clockTime("12:25"));
    expect(until({ cause: "codec:c1", history: [resolved(), resolved()] })).toBe(clockTime("12:10"));
  });

  it("is contradicted sooner where air must warm up or clear: what helps may not be enough", () => {
    expect(until({ cause: "temperature", risks: [0.3] })).toBe(clockTime("12:25"));
    expect(until({ cause: "temperature", risks: [0.29] })).toBe(clockTime("16:00"));
    expect(until({ cause: "codec:c1", risks: [0.3] })).toBe(clockTime("16:00"));
  });

  it("and found nothing wrong is believed for an hour, and then until something new begins", () => {
    for (const found of ["nothing_wrong", "only_watching"] as const) {
      expect(until({ history: [resolved(found)] })).toBe(clockTime("16:00"));
      expect(until({ history: [resolved(found)], since: "12:00" })).toBe(clockTime("16:00"));
      expect(until({ history: [resolved(found)], since: "12:01" })).toBe(clockTime("13:00"));
      expect(until({ history: [resolved(found), resolved(found)], since: "12:01" })).toBe(clockTime("14:00"));
      const acknowledged: AlertEvent = { at: wireTime("11:10"), event: "acknowledged", by: "priya" };
      expect(until({ history: [byItself, acknowledged, resolved(found)], since: "12:01" })).toBe(clockTime("13:00"));
    }
    expect(until({ history: [resolved("nothing_wrong")], arrival: "12:30" })).toBe(clockTime("13:00"));
    expect(until({ history: [resolved("mended")] })).toBe(clockTime("12:10"));
  });

  it("is believed from when the alert was resolved", () => {
    expect(until({ history: [resolved(undefined, "priya", "11:00")] })).toBe(clockTime("12:10"));
  });
});
