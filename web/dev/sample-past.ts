import type { VerdictAt, VerdictHistory } from "#contract/api/evidence.ts";
import type { Building } from "./sample-building.ts";
import { makeVerdict } from "./sample-verdicts.ts";

const MINUTE = 60_000;
const iso = (ms: number): string => new Date(ms).toISOString();

/** Minutes before now at which a room of the sample building was judged anew, and how. */
const past = [
  { ago: 640, outcome: "ready", sentence: "Everything works." },
  { ago: 251, outcome: "degraded", sentence: "CO₂ is 1,260 ppm, a little above 1,200." },
  { ago: 224, outcome: "ready", sentence: "Everything works." },
  { ago: 96, outcome: "not_ready", sentence: "Codec not registered." },
  { ago: 71, outcome: "ready", sentence: "Everything works." },
] as const;
/** Greenroom did not run then. */
const GAP = { from: 480, to: 440 };

/** How a room of the sample building was judged in the last half day. */
export function verdictHistory(building: Building, key: string, now: number, from: number, to: number): VerdictHistory {
  return {
    room: key,
    from: iso(from),
    to: iso(to),
    watched: [
      { from: iso(now - 640 * MINUTE), to: iso(now - GAP.from * MINUTE) },
      { from: iso(now - GAP.to * MINUTE), to: iso(now) },
    ],
    changes: [
      ...past,
      { ago: GAP.to, outcome: "ready", sentence: "Everything works." } as const,
      current(building, key),
    ]
      .map(({ ago, outcome, sentence }) => ({
        at: iso(now - ago * MINUTE),
        outcome,
        score: outcome === "ready" ? 100 : 40,
        sentence,
        currency: "live" as const,
      }))
      .toSorted((a, b) => (a.at < b.at ? -1 : 1)),
  };
}

const current = (building: Building, key: string) => {
  const room = building.rooms.find((one) => one.key === key);
  return { ago: 22, outcome: room?.outcome ?? "ready", sentence: room?.sentence ?? "" } as const;
};

export function verdictAt(building: Building, key: string, now: number, at: number): VerdictAt | undefined {
  const { changes } = verdictHistory(building, key, now, at, now);
  const index = changes.findLastIndex((change) => Date.parse(change.at) <= at);
  const found = changes[index];
  const isGap = at > now - GAP.from * MINUTE && at < now - GAP.to * MINUTE;
  if (found === undefined || isGap) return undefined;
  const next = changes[index + 1]?.at;
  const codec = {
    check: "video_call",
    outcome: "not_ready",
    code: "CODEC_UNREGISTERED",
    sentence: "Codec was not registered for 4 min.",
    lost: 61,
    value: false,
    metric: "registered",
  } as const;
  return {
    ...found,
    asked: iso(at),
    visits: [],
    verdict: makeVerdict(at, found.sentence, found.outcome === "not_ready" ? [codec] : []),
    ...(next === undefined ? {} : { until: next }),
  };
}
