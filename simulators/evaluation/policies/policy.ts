import type { Responders } from "../responders/responders.ts";
import type { PlanKind } from "../scenario.ts";
import type { Metrics, DeviceName, Watcher } from "../telemetry/telemetry.ts";
import type { Building, Flaw } from "../world/building.ts";
import type { Visit } from "../world/calendar.ts";

/** Somebody was told something; what counts as a call is a call to a person, a nudge goes to the panel of a room. */
export interface Call {
  /** What it was about, in the policy's own words. */
  cause: string;
  kind: PlanKind;
  /** What it said would be wrong. */
  flaws: readonly Flaw[];
  isNudge: boolean;
  room: number;
  /** Minutes since the first day began. */
  at: number;
  /** The visits that it named, and from when on; a call that named none counts for those of its room within 4 h. */
  visits: Map<string, number>;
}

/** The flaws that a call of a kind speaks of. */
export const flawsOfKind: Readonly<Record<PlanKind, readonly Flaw[]>> = {
  disp_off: ["disp"],
  disp_dead: ["disp"],
  codec: ["codec"],
  mic: ["mic"],
  net: ["codec"],
  part: ["codec"],
  climate: ["climate"],
  air: ["air"],
  occ: ["occ"],
  clean: ["clean"],
  sensor: ["climate"],
};

/** What a policy may use: the building only through what devices say (the clairvoyant is the exception that it is named for). */
export interface Setting {
  building: Building;
  responders: Responders;
  calls: Call[];
  /** Whether the scored days have begun: before, nobody is told anything. */
  isScored(): boolean;
}

/** What decides who is told what, and when. */
export interface Policy extends Watcher {
  /** It listens to no device. */
  isDeaf?: true;
  /** Time has come to this minute; nothing of it has happened yet. */
  passes?(): void;
  startDay(): Promise<void> | void;
  /** After people, air and reports of this minute. */
  minute(): Promise<void> | void;
  /** After the last minute of a day. */
  endDay(): Promise<void> | void;
  /** So many minutes after the end of the day; weekends are long nights. */
  nightPasses?(minutes: number): void;
  /** An hour of the night: devices tell. Left out by policies that sleep. */
  night?(tell: () => void): Promise<void>;
  /** A visit has arrived. */
  arrived?(visit: Visit): void;
  /** Where a visit takes place, when its host took another room. */
  roomOf?(visit: Visit): number;
  /** The room that its host goes to when the own one is not ready. */
  keptFor?(visit: Visit): number | undefined;
  stop?(): Promise<void>;
}

/** A policy that listens to nothing. */
export const deaf = {
  isDeaf: true as const,
  reading(_room: number, _device: DeviceName, _metrics: Metrics): void {},
  sleeps(_room: number, _isAsleep: boolean): void {},
  agent(_floor: number, _isOnline: boolean): void {},
  startDay(): void {},
  minute(): void {},
  endDay(): void {},
};
