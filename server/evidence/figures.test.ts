import { describe, expect, test } from "vitest";
import type { Alert, AlertEvent } from "#contract/messages/alert.ts";
import type { Outcome } from "#contract/messages/common.ts";
import { hours, instant, later, minutes, rfc3339 } from "#contract/units.ts";
import { type ArrivedVisit, decideFigures } from "./figures.ts";

const MONDAY = instant(Date.parse("2026-11-23T09:00:00Z"));
const visit = (id: string, more: Partial<ArrivedVisit> = {}): ArrivedVisit => ({
  id,
  key: "hq/harbour",
  arrival_ms: MONDAY,
  isMoved: false,
  ...more,
});
const receipt = (demo: string, outcome: Outcome) => ({ demo, key: "hq/harbour", arrival_ms: MONDAY, outcome });
const alert = (demo: string, raisedMin: number, actByMin: number, history: AlertEvent[] = []): Alert =>
  ({
    id: `a-${demo}`,
    demo,
    raised_at: rfc3339(later(MONDAY, minutes(raisedMin))),
    act_by: rfc3339(later(MONDAY, minutes(actByMin))),
    history,
  }) as Partial<Alert> as Alert;
const took = (min: number): AlertEvent => ({
  at: rfc3339(later(MONDAY, minutes(min))),
  event: "acknowledged",
  by: "Priya",
});
const decide = (facts: Partial<Parameters<typeof decideFigures>[0]>) =>
  decideFigures({
    from_ms: MONDAY - hours(24),
    to_ms: MONDAY + hours(24),
    visits: [],
    receipts: [],
    alerts: [],
    rooms: new Map([["hq/harbour", { name: "Harbour", zone: "Europe/Berlin" }]]),
    ...facts,
  });

describe("figures", () => {
  test("nothing has happened: no share and no margin is made up", () => {
    const figures = decide({});
    expect(figures).not.toHaveProperty("ready_share");
    expect(figures.alerts).toEqual({ raised: 0, in_time: 0, taken_in_time: 0, rescued: 0, false_calls: 0 });
  });

  test("visits are counted by how they began; usable counts as ready, no evidence counts for nothing", () => {
    const figures = decide({
      visits: ["a", "b", "c", "d", "e"].map((id) => visit(id)),
      receipts: [receipt("a", "ready"), receipt("b", "degraded"), receipt("c", "not_ready"), receipt("d", "unknown")],
    });
    expect(figures.at_arrival).toEqual({ visits: 5, ready: 1, degraded: 1, not_ready: 1, unknown: 1, no_evidence: 1 });
    expect(figures.ready_share).toBe(0.5);
    expect(figures.by_room).toEqual([{ room: "hq/harbour", name: "Harbour", ...figures.at_arrival }]);
    expect(figures.misses).toEqual({ told: 0, untold: 2 });
  });

  test("rescued is acted upon and ready; a false call is ready without anybody's doing", () => {
    const figures = decide({
      visits: [visit("a"), visit("b"), visit("c", { isMoved: true }), visit("d")],
      receipts: [receipt("a", "ready"), receipt("b", "ready"), receipt("c", "degraded"), receipt("d", "not_ready")],
      alerts: [
        alert("a", -90, -30, [took(-60)]),
        alert("b", -60, -30),
        alert("c", -20, -30),
        alert("d", -50, -30, [took(-10)]),
      ],
    });
    expect(figures.alerts).toEqual({
      raised: 4,
      in_time: 3,
      taken_in_time: 1,
      rescued: 2,
      false_calls: 1,
      median_margin_min: 25,
    });
    expect([figures.misses, figures.moved]).toEqual([{ told: 1, untold: 0 }, 1]);
  });

  test("what comes after the client is told to nobody: the visit counts as untold", () => {
    const figures = decide({
      visits: [visit("a")],
      receipts: [receipt("a", "not_ready")],
      alerts: [alert("a", 5, -30, [took(6)])],
    });
    expect([figures.alerts.raised, figures.misses]).toEqual([0, { told: 0, untold: 1 }]);
  });

  test("a visit that was taken out since still counts by its receipt; weeks begin on the room's own Monday", () => {
    const sunday = instant(Date.parse("2026-11-22T22:30:00Z"));
    const figures = decide({
      visits: [visit("a", { arrival_ms: sunday })],
      receipts: [receipt("gone", "ready")],
    });
    // Half past eleven on Sunday night in Berlin.
    expect(figures.by_week.map(({ week, visits }) => [week, visits])).toEqual([
      ["2026-11-16", 1],
      ["2026-11-23", 1],
    ]);
  });
});
