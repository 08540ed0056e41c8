import { ActBy } from "../policies/act-by.ts";
import type { ForecastRecord } from "../policies/act-by.ts";
import { clairvoyant } from "../policies/clairvoyant.ts";
import type { Told } from "../policies/desk-staff.ts";
import { fixedLead } from "../policies/fixed-lead.ts";
import { nobody } from "../policies/nobody.ts";
import type { Call, Policy, Setting } from "../policies/policy.ts";
import { threshold } from "../policies/threshold.ts";
import { Responders } from "../responders/responders.ts";
import { nightOf } from "../telemetry/site-calendar.ts";
import { Telemetry } from "../telemetry/telemetry.ts";
import { Building, type Flaw } from "../world/building.ts";
import type { Visit } from "../world/calendar.ts";
import type { World } from "../world/world.ts";
import type { PolicyName } from "./policy-names.ts";
import type { AlertPolicy } from "#gateway/alerts/policy.ts";

export type Doom = ReadonlyMap<string, readonly Flaw[]>;

/** What came of a world under one policy. */
export interface Played {
  /** What was wrong with each visit's own room when the client came. */
  flaws: Map<string, readonly Flaw[]>;
  /** Visits that were taken to another room, and whether that one did. */
  moved: Map<string, { room: number; did: boolean }>;
  /** Visits that failed in their room although another would have done. */
  hadAlternative: Set<string>;
  /** For so many visits another room was kept in case. */
  kept: number;
  calls: Call[];
  /** Another room was offered to at least one host. */
  offersRooms: boolean;
  told: readonly Told[];
  forecasts: readonly ForecastRecord[];
  readyOnStale: number;
  published: number;
  errors: readonly string[];
}

export interface PlayOptions {
  policy: PolicyName;
  /** What becomes of each visit if nobody acts, for the clairvoyant. */
  doom?: Doom;
  alertPolicy?: Partial<AlertPolicy>;
  onDay?: (day: number) => void;
}

/** Lives through a world under one policy. */
export async function playWorld(
  world: World,
  { policy: name, doom, alertPolicy, onDay }: PlayOptions,
): Promise<Played> {
  const building = new Building(world);
  const { days } = world.scenario;
  const played: Played = {
    flaws: new Map(),
    moved: new Map(),
    hadAlternative: new Set(),
    kept: 0,
    calls: [],
    offersRooms: false,
    told: [],
    forecasts: [],
    readyOnStale: 0,
    published: 0,
    errors: [],
  };
  const setting: Setting = {
    building,
    responders: new Responders(building, { byDue: name === "act-by" }),
    calls: played.calls,
    isScored: () => building.day >= days.warm_up,
  };
  const policy = makePolicy(name, setting, { doom, alertPolicy });
  const telemetry = new Telemetry(building, policy);
  const hears = policy.isDeaf !== true;
  for (let day = 0; day < world.days.length; day++) {
    onDay?.(day);
    building.startDay(day);
    policy.passes?.();
    setting.responders.startDay();
    await policy.startDay();
    if (hears) telemetry.startDay();
    for (let minute = days.from_min; minute < days.to_min; minute++) {
      building.step(minute);
      policy.passes?.();
      for (const visit of building.plan.visits)
        if (visit.arrival === minute) arrive(building, { visit, policy, played });
      if (hears) telemetry.minute();
      // Waiting for nothing costs more than a minute of a simple policy.
      const busy = policy.minute();
      if (busy !== undefined) await busy;
      setting.responders.work();
    }
    building.sleepUntil(days.to_min);
    policy.passes?.();
    if (hears) telemetry.endDay();
    await policy.endDay();
    if (policy.night !== undefined && day + 1 < world.days.length) await sleep({ building, policy, telemetry });
  }
  if (policy instanceof ActBy) {
    await policy.stop();
    const { told, forecasts, readyOnStale, published, errors, offersRooms, kept } = policy;
    Object.assign(played, { told, forecasts, readyOnStale, published, errors, offersRooms, kept });
  }
  return played;
}

async function sleep({
  building,
  policy,
  telemetry,
}: {
  building: Building;
  policy: Policy;
  telemetry: Telemetry;
}): Promise<void> {
  const { scenario } = building.world;
  const night = nightOf(scenario, building.day);
  for (let passed = 60; passed < night; passed += 60) {
    building.sleepUntil(scenario.days.to_min + passed);
    policy.nightPasses?.(passed);
    await policy.night?.(() => telemetry.night(passed / night));
  }
}

function arrive(building: Building, { visit, policy, played }: { visit: Visit; policy: Policy; played: Played }): void {
  const flaws = building.flaws(visit);
  played.flaws.set(visit.id, flaws);
  policy.arrived?.(visit);
  let room = policy.roomOf?.(visit) ?? visit.room;
  if (room === visit.room && flaws.length > 0) room = policy.keptFor?.(visit) ?? room;
  if (room !== visit.room) played.moved.set(visit.id, { room, did: building.didTakeIn(visit, room) });
  else if (flaws.length > 0 && hasAlternative(building, visit)) played.hadAlternative.add(visit.id);
}

/** Another room within two floors that would do now. */
function hasAlternative(building: Building, visit: Visit): boolean {
  const floor = building.world.rooms[visit.room]?.floor ?? 0;
  return building.world.rooms.some((room) => Math.abs(room.floor - floor) <= 2 && building.wouldDo(visit, room.index));
}

function makePolicy(
  name: PolicyName,
  setting: Setting,
  { doom, alertPolicy }: { doom: Doom | undefined; alertPolicy: Partial<AlertPolicy> | undefined },
): Policy {
  if (name === "nobody") return nobody;
  if (name === "act-by" || name === "twin")
    return new ActBy(setting, { acts: name === "act-by", ...(alertPolicy !== undefined && { alertPolicy }) });
  if (name === "threshold") return threshold(setting, undefined);
  if (name === "threshold-4h") return threshold(setting, 240);
  if (name === "clairvoyant") return clairvoyant(setting, doom ?? new Map());
  if (name === "clairvoyant-240") return clairvoyant(setting, doom ?? new Map(), 240);
  return fixedLead(setting, Number(name.slice("fixed-".length)));
}
