import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Booking, Demo, RoomCard } from "#contract/messages/room.ts";
import type { MetricValue } from "#contract/metrics.ts";
import { instant, rfc3339 } from "#contract/units.ts";
import { HouseBench, START } from "../judge/house-fixture.ts";
import { cases } from "./cases.ts";

const runs = cases();

const at = (minutes: number): string => rfc3339(instant(START + minutes * 60_000));

const card: RoomCard = {
  name: "Harbour",
  floor: "12",
  zone: "Europe/Berlin",
  seats: 8,
  capabilities: ["display", "video_call", "audio"],
  devices: [
    {
      device: "air",
      name: "Air",
      kind: "sensor",
      agent: "pi",
      intervals_s: { temperature_c: 60, co2_ppm: 60, occupied: 60 },
    },
    { device: "air-2", name: "Second air", kind: "sensor", agent: "pi-2", intervals_s: { temperature_c: 120 } },
    { device: "proj", name: "Projector", kind: "projector", agent: "pi", upstream: "sw" },
    { device: "codec", name: "Codec", kind: "codec", agent: "pi-2", upstream: "sw" },
    { device: "sw", name: "Switch", kind: "switch", agent: "pi" },
  ],
};

const demo = (id: string, minutes: number, needs: Demo["needs"] = {}): Demo => ({
  id,
  title: id,
  start: at(minutes),
  arrival: at(minutes),
  end: at(minutes + 40),
  needs,
});
const booking = (from: number, to: number): Booking => ({ start: at(from), end: at(to) });
const plans = [
  { at: at(0), demos: [demo("acme", 25), demo("bolt", 200, { people: 9 })], bookings: [booking(-20, 22)] },
  { at: at(0), demos: [demo("acme", 25, { capabilities: ["display"] }), demo("far", 48 * 60 + 7)] },
  {
    at: at(0),
    demos: [demo("bolt", 70, { comfort: { co2_ppm: { ready: [0, 700], usable: [0, 900] } } })],
    bookings: [],
  },
];

const values = fc
  .record(
    {
      temperature_c: fc.constantFrom<MetricValue>(18, 19.5, 20.1, 22, 22.02, 24.2, 26, 99),
      co2_ppm: fc.constantFrom<MetricValue>(600, 603, 1_180, 1_230, 1_800),
      occupied: fc.boolean(),
      "air-2/temperature_c": fc.constantFrom<MetricValue>(20, 22, 27),
      setpoint_c: fc.constantFrom<MetricValue>(18, 22),
      power_state: fc.constantFrom<MetricValue>("on", "standby"),
      lamp_health: fc.constantFrom<MetricValue>("ok", "warning", "error"),
      registered: fc.boolean(),
      cameras_connected: fc.integer({ min: 0, max: 2 }),
      microphone_muted: fc.boolean(),
      "sw/reachable": fc.boolean(),
    },
    { requiredKeys: [] },
  )
  .map((some) => some as Record<string, MetricValue>);

type Step =
  | { does: "reports"; values: Record<string, MetricValue>; ageS: number; times: number }
  | { does: "plans"; plan: number }
  | { does: "device"; device: string; state: "online" | "offline" }
  | { does: "agent"; agent: string; state: "online" | "offline" }
  | { does: "maintenance"; minutes: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      does: fc.constant("reports" as const),
      values,
      ageS: fc.constantFrom(0, 0, 0, 5, 130, 400),
      times: fc.constantFrom(1, 1, 2),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("plans" as const), plan: fc.nat({ max: plans.length - 1 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant("device" as const),
      device: fc.constantFrom("proj", "codec", "sw", "air"),
      state: fc.constantFrom("online" as const, "offline" as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant("agent" as const),
      agent: fc.constantFrom("pi", "pi-2"),
      state: fc.constantFrom("online" as const, "offline" as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant("maintenance" as const), minutes: fc.integer({ min: 0, max: 40 }) }),
  },
);
const history = fc.array(fc.tuple(fc.constantFrom(1, 20, 60, 60, 61, 121, 300, 700), step), {
  minLength: 1,
  maxLength: 14,
});

function act(house: HouseBench, step: Step): void {
  const now = rfc3339(house.clock.now());
  switch (step.does) {
    case "reports":
      return house.report(step.values, { ageS: step.ageS, times: step.times });
    case "plans":
      return house.take("demos", plans[step.plan] as (typeof plans)[number]);
    case "device":
      return house.take("deviceState", { at: now, state: step.state }, { device: step.device });
    case "agent":
      return house.take("agentState", { at: now, state: step.state }, { agent: step.agent });
    default: {
      const window = { id: "w", start: at(step.minutes), end: at(step.minutes + 30), reason: "Lamp" };
      return house.take("maintenance", { at: now, windows: [window] });
    }
  }
}

function told(steps: readonly (readonly [number, Step])[], isForgetful: boolean): string[] {
  const house = new HouseBench({ isForgetful, card, demos: plans[0] as (typeof plans)[number] });
  for (const [after, each] of steps) {
    house.passes(after);
    act(house, each);
  }
  house.passes(1_500);
  return house.told.map((readiness) => JSON.stringify(readiness));
}

describe("what a room keeps from one judgement to the next", { timeout: 600_000 }, () => {
  it("makes no difference: judged anew from nothing each time it says the same, byte for byte, at the same moments", () => {
    fc.assert(
      fc.property(history, (steps) => {
        const [kept, afresh] = [told(steps, false), told(steps, true)];
        const at = kept.findIndex((each, i) => each !== afresh[i]);
        if (at !== -1) expect(JSON.parse(kept[at] ?? "null")).toEqual(JSON.parse(afresh[at] ?? "null"));
        expect(kept.length).toBe(afresh.length);
      }),
      runs,
    );
  });
});
