import type { Figures, Receipt } from "#contract/api/evidence.ts";
import type { DemoView } from "#contract/api/views.ts";
import type { Building } from "./sample-building.ts";
import { makeVerdict } from "./sample-verdicts.ts";

const HOUR = 3_600_000;
const iso = (ms: number): string => new Date(ms).toISOString();

/** Visits of yesterday, as a list of a span that begins in the past has them. */
export function pastVisits(building: Building, now: number): DemoView[] {
  return building.demos
    .filter((demo) => ["Heron", "Lotus", "Jade"].includes(demo.room_name))
    .slice(0, 3)
    .map((demo, index): DemoView => {
      const start = iso(now - (20 + index * 3) * HOUR);
      const { readiness: _, ...rest } = demo;
      return {
        ...rest,
        id: `past-${index}`,
        mine: true,
        start,
        arrival: start,
        end: iso(Date.parse(start) + HOUR),
        alerts: [],
      };
    });
}

export function makeReceipt(building: Building, id: string, now: number): Receipt | undefined {
  const demo = pastVisits(building, now).find((one) => one.id === id);
  if (demo === undefined || id === "past-2") return undefined;
  const arrival = Date.parse(demo.arrival);
  const verdict =
    id === "past-0"
      ? makeVerdict(arrival, "Everything works; 21.4 °C.")
      : makeVerdict(arrival, "Codec was not registered.", [
          {
            check: "video_call",
            outcome: "not_ready",
            code: "CODEC_UNREGISTERED",
            sentence: "Codec not registered for 12 min.",
            lost: 61,
            value: false,
            metric: "registered",
          },
        ]);
  return {
    demo: id,
    room: demo.room_key,
    start: demo.start,
    arrival: demo.arrival,
    end: demo.end,
    status: verdict.outcome === "ready" ? "ready" : "not_ready",
    sentence: verdict.sentence,
    verdict,
    p_ready: 0.9,
    basis: "learned",
    causes: [],
    frozen_at: demo.arrival,
    judged_at: iso(arrival - 140_000),
    alerts:
      id === "past-0"
        ? []
        : [
            {
              id: "a1",
              title: "Codec not registered",
              raised_at: iso(arrival - HOUR),
              act_by: iso(arrival - HOUR / 2),
              taken_at: iso(arrival - HOUR * 0.8),
            },
          ],
  };
}

export function makeFigures(building: Building, now: number): Figures {
  const counted = (visits: number, not_ready: number, unknown: number, no_evidence = 0) => {
    const degraded = Math.floor(visits / 9);
    return {
      visits,
      ready: visits - degraded - not_ready - unknown - no_evidence,
      degraded,
      not_ready,
      unknown,
      no_evidence,
    };
  };
  return {
    from: iso(now - 28 * 24 * HOUR),
    to: iso(now),
    at_arrival: counted(214, 5, 2, 3),
    ready_share: 204 / 211,
    alerts: { raised: 41, in_time: 39, taken_in_time: 34, rescued: 29, false_calls: 6, median_margin_min: 27 },
    misses: { told: 5, untold: 2 },
    moved: 4,
    by_week: [
      { week: "2026-10-26", ...counted(49, 2, 1, 2) },
      { week: "2026-11-02", ...counted(58, 1, 1) },
      { week: "2026-11-09", ...counted(44, 2, 0, 1) },
      { week: "2026-11-16", ...counted(51, 0, 0) },
      { week: "2026-11-23", ...counted(12, 0, 0) },
    ],
    by_room: building.rooms.slice(0, 14).map((room, index) => ({
      room: room.key,
      name: room.name,
      ...counted(22 - index, index < 4 ? 1 : 0, index === 1 ? 1 : 0),
    })),
  };
}
