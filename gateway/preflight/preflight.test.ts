import { describe, expect, it } from "vitest";
import type { Command, CommandResult } from "#contract/messages/edge.ts";
import type { CheckResult, RoomReadiness } from "#contract/messages/readiness.ts";
import type { Demo, RoomCard } from "#contract/messages/room.ts";
import { silentLog } from "#contract/log.ts";
import { rfc3339 } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { acme, clockTime, demoAt, harbour, wireTime } from "../alerts/desk-fixture.ts";
import { TRIAL_FAILED } from "../readiness/gear-check.ts";
import { Preflight, type Proof } from "./preflight.ts";

const gear = (device: string, kind: RoomCard["devices"][number]["kind"], control = true) => ({
  device,
  name: device,
  kind,
  control,
});
const card: RoomCard = {
  ...harbour,
  capabilities: ["display", "video_call"],
  devices: [gear("proj", "projector"), gear("codec", "codec", false), gear("lamp", "other")],
};

interface Scene {
  demos?: Demo[];
  isInUse?: boolean;
  /** What the projector's own check says. */
  projector?: CheckResult["outcome"];
  /** Why. */
  code?: string;
  power?: string;
}

class PreflightStory {
  readonly clock: VirtualClock;
  readonly asked: { at: string; device: string; command: Command }[] = [];
  readonly proofs: (Proof & { device: string })[] = [];
  readonly #since: string;
  preflight: Preflight;

  constructor(start: string) {
    this.clock = new VirtualClock(clockTime(start));
    this.#since = rfc3339(this.clock.now());
    this.preflight = this.#start();
  }

  #start(): Preflight {
    return new Preflight({
      clock: this.clock,
      log: silentLog,
      command: ({ device }, command) =>
        this.asked.push({ at: rfc3339(this.clock.now()).slice(11, 16), device, command }),
      proved: (_room, device, proof) => this.proofs.push({ device, ...proof }),
    });
  }

  restart(): void {
    this.preflight.stop();
    this.preflight = this.#start();
  }

  judge({ demos = [acme], isInUse = false, projector = "ready", power = "standby", code = "X" }: Scene = {}): void {
    const at = rfc3339(this.clock.now());
    const check = (id: CheckResult["check"], outcome: CheckResult["outcome"], device?: string): CheckResult => ({
      check: id,
      outcome,
      hard: true,
      code: device === undefined ? "X" : code,
      sentence: "x",
      since: this.#since,
      lost: 0,
      freshness: 1,
      ...(device !== undefined && { device }),
    });
    const verdict = (checks: CheckResult[]) => ({
      outcome: "ready" as const,
      score: 1,
      score_hi: 1,
      confidence: 1,
      sentence: "x",
      checks,
    });
    const readiness: RoomReadiness = {
      at,
      now: verdict([check("unoccupied", isInUse ? "degraded" : "ready")]),
      demos: demos.map(({ id, start, arrival, end }) => ({
        demo: id,
        start,
        arrival,
        end,
        status: "ready",
        sentence: "x",
        verdict: verdict([check("display", projector, "proj")]),
        p_ready: 1,
        basis: "prior",
        causes: [],
      })),
      evidence: [{ device: "proj", metric: "power_state", kind: "known", value: power, since: at, interval_s: 60 }],
      findings: [],
    };
    this.preflight.consider({ site: "hq", room: "harbour", card, demos, readiness });
  }

  until(text: string): void {
    this.clock.advanceTo(clockTime(text));
  }

  answer(over: Partial<CommandResult> = {}): void {
    const id = this.asked.at(-1)?.command.id ?? "";
    this.preflight.result("hq/harbour", "proj", { id, at: rfc3339(this.clock.now()), ok: true, ...over });
  }

  get times(): string[] {
    return this.asked.map(({ at, device }) => `${at} ${device}`);
  }
}

describe("before a visit", () => {
  it("only what it needs and what may be controlled is tried, 45 min before; and proved", () => {
    const s = new PreflightStory("12:00");
    s.judge();
    s.until("13:14");
    expect(s.times).toEqual([]);
    s.until("13:16");
    expect(s.times).toEqual(["13:15 proj"]);
    expect(s.asked[0]?.command).toMatchObject({ command: "preflight", by: "gateway", deadline: wireTime("13:20") });
    s.answer({ text: "it woke" });
    s.until("13:59");
    expect(s.times).toHaveLength(1);
    expect(s.proofs).toEqual([{ device: "proj", at: clockTime("13:16"), ok: true, text: "it woke" }]);
  });

  it("nobody answers: asked once more under the same id, then left", () => {
    const s = new PreflightStory("13:15");
    s.judge();
    s.until("13:59");
    expect(s.times).toEqual(["13:15 proj", "13:20 proj"]);
    expect(new Set(s.asked.map(({ command }) => command.id)).size).toBe(1);
    expect(s.proofs).toEqual([]);
    expect(s.preflight.stats()).toMatchObject({ asked_total: 1, repeated_total: 1, unanswered_total: 1 });
  });

  it("what failed is known as broken, and tried again ten minutes later", () => {
    const s = new PreflightStory("13:15");
    s.judge();
    s.answer({ ok: false, code: "DEVICE_FAULT", text: "it reports an error: lamp" });
    s.judge({ projector: "not_ready" });
    s.until("13:26");
    expect(s.times).toEqual(["13:15 proj", "13:25 proj"]);
    s.answer();
    expect(s.proofs.map(({ ok }) => ok)).toEqual([false, true]);
    s.judge();
    s.until("13:59");
    expect(s.times).toHaveLength(2);
  });

  it("what failed before an earlier visit is tried again every half hour, and before the next visit in any case", () => {
    const s = new PreflightStory("09:00");
    const demos = [demoAt("later", "20:00", "21:00")];
    const stands = { demos, projector: "not_ready", code: TRIAL_FAILED } as const;
    s.judge(stands);
    s.until("12:00");
    expect(s.times).toEqual(["12:00 proj"]);
    s.answer({ ok: false, code: "DEVICE_FAULT" });
    s.judge(stands);
    s.until("12:31");
    expect(s.times).toEqual(["12:00 proj", "12:30 proj"]);
    s.judge({ ...stands, isInUse: true });
    s.answer({ ok: false, code: "DEVICE_FAULT" });
    s.until("13:10");
    expect(s.times).toHaveLength(2);
    s.judge(stands);
    s.until("13:11");
    expect(s.times.at(-1)).toBe("13:10 proj");
    s.answer();
    s.judge({ demos });
    s.until("19:59");
    expect(s.times.slice(3)).toEqual(["19:15 proj", "19:20 proj"]);
    expect(new Set(s.asked.map(({ command }) => command.id)).size).toBe(4);
  });

  it("what could not be tried proves nothing", () => {
    const s = new PreflightStory("13:15");
    s.judge();
    s.answer({ ok: false, code: "NOT_SUPPORTED" });
    s.until("13:59");
    expect([s.proofs, s.times.length]).toEqual([[], 1]);
  });

  it("what broke after its trial and was repaired is tried again", () => {
    const s = new PreflightStory("13:15");
    s.judge();
    s.answer();
    s.until("13:20");
    s.judge({ projector: "not_ready" });
    s.until("13:30");
    s.judge();
    expect(s.times).toEqual(["13:15 proj", "13:30 proj"]);
    s.answer();
    s.judge();
    expect(s.times).toHaveLength(2);
  });

  it("people in the room are not disturbed, unless the display is on anyway; and nobody at the last moment", () => {
    const s = new PreflightStory("13:15");
    s.judge({ isInUse: true });
    s.judge({ isInUse: true });
    expect(s.times).toEqual([]);
    expect(s.preflight.stats()).toMatchObject({ held_in_use_total: 1 });
    s.judge({ isInUse: true, power: "on" });
    expect(s.times).toHaveLength(1);
    const late = new PreflightStory("13:53");
    late.judge();
    expect(late.times).toEqual([]);
  });

  it("each visit has its own trial; one that was moved, too", () => {
    const s = new PreflightStory("13:15");
    s.judge();
    s.answer();
    s.judge({ demos: [demoAt("acme", "14:30", "15:00")] });
    s.until("13:46");
    expect(s.times).toEqual(["13:15 proj", "13:45 proj"]);
    s.judge({ demos: [] });
    s.until("15:00");
    expect(s.times).toHaveLength(2);
  });

  it("after a restart it asks under the same id, which an agent only answers again", () => {
    const s = new PreflightStory("13:15");
    s.judge();
    s.restart();
    s.until("13:16");
    s.judge();
    expect(s.asked[1]?.command.id).toBe(s.asked[0]?.command.id);
    s.answer();
    expect(s.proofs).toHaveLength(1);
  });

  it("an answer that nobody asked for is only counted", () => {
    const s = new PreflightStory("13:15");
    s.judge();
    s.answer({ id: "other" });
    s.preflight.result("hq/other", "proj", { id: "x", at: wireTime("13:15"), ok: false, code: "WAKE_FAILED" });
    expect([s.proofs, s.preflight.stats()["strange_total"]]).toEqual([[], 2]);
  });
});
