import { describe, expect, it } from "vitest";
import type { Nudge } from "#contract/messages/alert.ts";
import type { CheckResult, DemoReadiness, RoomReadiness } from "#contract/messages/readiness.ts";
import { rfc3339 } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { acme, clockTime, demoAt, harbour, wireTime } from "../alerts/desk-fixture.ts";
import type { RoomToNudge } from "./decide-nudge.ts";
import { Nudger } from "./nudger.ts";

interface Scene {
  demos?: (typeof acme)[];
  bookings?: [string, string][];
  /** Risk of people in the room at arrival. */
  risk?: number;
  isInUse?: boolean | undefined;
  isReset?: boolean;
}

/** A panel, and what was put on it and taken off it, in order, with the time. */
class PanelStory {
  readonly clock: VirtualClock;
  readonly said: string[] = [];
  kept: Nudge | undefined;
  nudger: Nudger;

  constructor(start: string) {
    this.clock = new VirtualClock(clockTime(start));
    this.nudger = this.#start();
  }

  #start(): Nudger {
    const time = (): string => rfc3339(this.clock.now()).slice(11, 16);
    return new Nudger({
      clock: this.clock,
      say: (_room, nudge) => {
        this.kept = nudge;
        this.said.push(`${time()} ${nudge.nudge}`);
      },
      unsay: () => {
        this.kept = undefined;
        this.said.push(`${time()} nothing`);
      },
    });
  }

  restart(): void {
    this.nudger.stop();
    this.nudger = this.#start();
    if (this.kept !== undefined) this.nudger.restore("hq", "harbour", this.kept);
  }

  until(text: string): void {
    this.clock.advanceTo(clockTime(text));
  }

  judge(scene: Scene = {}): void {
    this.nudger.consider(viewOf(scene, rfc3339(this.clock.now())));
  }
}

const check = (id: CheckResult["check"], outcome: CheckResult["outcome"]): CheckResult => ({
  check: id,
  outcome,
  hard: true,
  code: "X",
  sentence: "x",
  since: wireTime("12:00"),
  lost: 0,
  freshness: 1,
});

function viewOf({ demos = [acme], bookings = [], risk = 0, isReset, ...scene }: Scene, at: string): RoomToNudge {
  const isInUse = "isInUse" in scene ? scene.isInUse : true;
  const outcome = isInUse === undefined ? "unknown" : isInUse ? "degraded" : "ready";
  const cause = { cause: "occupied", checks: [], sentence: "x", p_ready: 1 - risk, act_by: acme.arrival, steps: [] };
  const readinessOf = (demo: typeof acme): DemoReadiness => ({
    demo: demo.id,
    start: demo.start,
    arrival: demo.arrival,
    end: demo.end,
    status: "at_risk",
    sentence: "x",
    verdict: {
      outcome: "ready",
      score: 100,
      score_hi: 100,
      confidence: 1,
      sentence: "x",
      checks: isReset === undefined ? [] : [check("reset_visit", isReset ? "ready" : "degraded")],
    },
    p_ready: 1 - risk,
    basis: "prior",
    causes: risk > 0 ? [cause] : [],
  });
  const readiness: RoomReadiness = {
    at,
    now: { ...readinessOf(acme).verdict, checks: [check("unoccupied", outcome)] },
    demos: demos.map(readinessOf),
    evidence: [],
    findings: [],
  };
  const spans = bookings.map(([start, end]) => ({ start: wireTime(start), end: wireTime(end) }));
  return { site: "hq", room: "harbour", card: harbour, demos, bookings: spans, readiness };
}

const tight = { bookings: [["13:00", "13:55"]] as [string, string][], risk: 0.2 };

describe("a booking that may run over", () => {
  it("is asked half an hour, fifteen and five minutes before its end, when it runs over, and again; until the client comes", () => {
    const s = new PanelStory("13:10");
    s.judge(tight);
    s.until("14:05");
    const said = ["13:25 wrap_up", "13:40 wrap_up", "13:50 wrap_up", "13:55 wrap_up", "14:00 nothing"];
    expect(s.said).toEqual(said);
  });

  it("never says who comes", () => {
    const s = new PanelStory("13:46");
    s.judge(tight);
    expect(s.kept?.text).toBe("A client is expected in this room at 14:00. Please wrap up by 13:55. Thank you.");
    expect(s.kept).toMatchObject({ demo: "acme", until: wireTime("14:00") });
  });

  it("is left alone once the room is empty, and when it is not likely to matter", () => {
    const s = new PanelStory("13:46");
    s.judge(tight);
    s.judge({ ...tight, isInUse: false });
    expect(s.said).toEqual(["13:46 wrap_up", "13:46 nothing"]);
    s.judge({ ...tight, risk: 0.04 });
    s.until("13:59");
    expect(s.said).toHaveLength(2);
  });

  it("is not accused of an overrun where nobody can tell who is there", () => {
    const s = new PanelStory("13:40");
    s.judge({ ...tight, isInUse: undefined });
    s.until("14:05");
    expect(s.said).toEqual(["13:40 wrap_up", "13:50 wrap_up", "13:55 nothing"]);
  });

  it("says again every five minutes while an overrun lasts", () => {
    const s = new PanelStory("13:00");
    s.judge({ bookings: [["12:00", "13:40"]], risk: 0.3 });
    s.until("13:59");
    const minutes = ["13:10", "13:25", "13:35", "13:43", "13:48", "13:53", "13:58"];
    expect(s.said.filter((each) => each.endsWith("up")).map((each) => each.slice(0, 5))).toEqual(minutes);
  });

  it("is given time where the visit is not near", () => {
    const s = new PanelStory("12:50");
    s.judge({ bookings: [["12:00", "13:00"]], risk: 0.06 });
    s.until("13:39");
    expect(s.said.slice(1)).toEqual(["12:55 wrap_up", "13:00 nothing"]);
    s.until("13:41");
    expect(s.said[3]).toBe("13:40 wrap_up");
  });

  it("does not interrupt a client", () => {
    const s = new PanelStory("13:40");
    s.judge({ ...tight, demos: [demoAt("early", "13:00", "13:50"), acme] });
    s.until("13:49");
    expect(s.said).toEqual([]);
    s.until("13:51");
    expect(s.said).toEqual(["13:50 wrap_up"]);
  });
});

describe("people whom nobody has booked", () => {
  it("are asked from twenty minutes before", () => {
    const s = new PanelStory("13:00");
    s.judge({ risk: 0.5 });
    s.until("13:24");
    expect(s.said).toEqual([]);
    s.until("13:42");
    expect(s.said.map((each) => each.slice(0, 5))).toEqual(["13:25", "13:35", "13:40"]);
  });
});

describe("a reset that is not reported yet", () => {
  it("is asked for from 45 minutes before, not while people are in the room, and no more once it is reported", () => {
    const s = new PanelStory("12:30");
    const open = { isReset: false, isInUse: false };
    s.judge(open);
    s.until("13:35");
    expect(s.said).toEqual(["13:15 reset_visit", "13:30 reset_visit"]);
    s.judge({ isReset: false, isInUse: true });
    expect(s.kept).toBeUndefined();
    s.judge(open);
    s.judge({ isReset: true, isInUse: false });
    expect(s.said.slice(2)).toEqual(["13:35 nothing", "13:35 reset_visit", "13:35 nothing"]);
    expect(s.nudger.stats()).toMatchObject({ showing: 0, reset_visit_total: 3, taken_back_total: 2 });
  });

  it("waits for the end of the last booking", () => {
    const s = new PanelStory("12:50");
    s.judge({ isReset: false, isInUse: false, bookings: [["12:30", "13:35"]] });
    s.until("13:34");
    expect(s.said).toEqual([]);
    s.until("13:36");
    expect(s.said).toEqual(["13:35 reset_visit"]);
  });
});

describe("after a restart", () => {
  it("does not say twice what the panel still shows", () => {
    const s = new PanelStory("13:46");
    s.judge(tight);
    s.restart();
    s.judge(tight);
    expect(s.said).toEqual(["13:46 wrap_up"]);
    s.until("13:53");
    expect(s.said).toEqual(["13:46 wrap_up", "13:50 wrap_up"]);
  });

  it("takes back what is moot by then, also of a room that is never judged again", () => {
    const s = new PanelStory("13:46");
    s.judge(tight);
    s.restart();
    s.judge({ demos: [] });
    expect(s.said).toEqual(["13:46 wrap_up", "13:46 nothing"]);
    s.judge(tight);
    s.restart();
    s.until("14:01");
    expect(s.kept).toBeUndefined();
  });

  it("takes the word off the panel of a room that was taken away", () => {
    const s = new PanelStory("13:46");
    s.judge(tight);
    s.nudger.forget("hq", "harbour");
    s.until("14:01");
    expect(s.said).toEqual(["13:46 wrap_up", "13:46 nothing"]);
  });
});

describe("since when somebody was asked", () => {
  it("counts from the phase: being told early does not excuse an overrun", () => {
    const s = new PanelStory("13:46");
    s.judge(tight);
    s.until("13:53");
    expect(s.nudger.askedSince("hq/harbour", "acme", "wrap_up")).toBe(clockTime("13:46"));
    s.until("13:56");
    expect(s.nudger.askedSince("hq/harbour", "acme", "wrap_up")).toBe(clockTime("13:55"));
    expect(s.nudger.askedSince("hq/harbour", "other", "wrap_up")).toBeUndefined();
    expect(s.nudger.askedSince("hq/harbour", "acme", "reset_visit")).toBeUndefined();
  });
});
