import type { Outcome } from "#contract/messages/common.ts";
import type { CheckId } from "#contract/messages/readiness.ts";
import type { ComfortBand, MaintenanceWindow, Needs, RoomCard } from "#contract/messages/room.ts";
import type { MetricValue } from "#contract/metrics.ts";
import type { Instant } from "#contract/units.ts";
import type { Observed, Slot } from "../rooms/observed.ts";
import type { RoomState } from "../rooms/room-state.ts";
import type { Span } from "../rooms/span.ts";
import type { Dwell } from "./settle.ts";
import type { Visit } from "./visit.ts";
import type { Words } from "./words.ts";

/** For whom a room is judged: a visit, or nobody in particular (the room's usual needs, now). */
export interface Ask {
  card: RoomCard;
  visit: Visit | undefined;
  needs: Needs;
  windows: readonly (MaintenanceWindow & { span: Span })[];
}

/**
 * What a look rests on besides the clock, the card and the calendar: as long as none of it changes, and no moment that the
 * look asked to be woken at has come, looking again finds the same.
 */
export interface Reads {
  slots: readonly Slot[];
  /** Whether people are in the room. */
  people: boolean;
}
export const READS_NOTHING: Reads = { slots: [], people: false };

/** What a check must find for an ask. Requirements with the same `key` are answered once. */
export interface Requirement {
  check: Check;
  /** Names the limits: same key, same finding. */
  key: string;
  weight: number;
  /** A hard check that is not ready blocks the verdict. */
  hard: boolean;
  /** A soft check that blocks once it is not ready. */
  blocksWhenNotReady?: boolean;
  reads: Reads;
  /** Finds how things are. One part per thing that can fail by itself; the worst rules. */
  look(scene: Scene): Part[];
}

/** The room as a check sees it, at the moment of the look; a sentence reads the moment at which it is told. */
export interface Scene {
  room: RoomState;
  now: Instant;
  words: Words;
  /** What a part has settled on so far: hysteresis needs it. */
  settled(key: string): Outcome | undefined;
  /** What the sensors say of people; `undefined` where none could tell. */
  people: Observed | undefined;
  /** Whether people are in the room, settled; `undefined` when that is not known. */
  occupied: boolean | undefined;
  /** Since when, by what has settled. */
  occupiedSince: Instant | undefined;
  /** The outage that took a silent device along. */
  outageOf(device: string): string | undefined;
  /** Something that changes by the clock alone: the room is judged again then. */
  wakeAt(at: Instant): void;
}

/** One finding, before it has settled. */
export interface Part {
  /** What is settled under it; unique within the room. */
  key: string;
  outcome: Outcome;
  /** 1 inside ready … 0 beyond the degraded band. */
  quality: number;
  /** The reason in UPPER_SNAKE; OK when ready. */
  code: string;
  /** The root cause when it is not ready: `temperature`, `display:proj-1`, `agent:pi-3` … */
  cause: string;
  /** What it rests on; absent for what a calendar or a card says. */
  seen: Observed | undefined;
  /** Absent: it counts at once. */
  dwell?: Dwell;
  /** Since when it is so, of what counts at once; from when it was noticed unless given. */
  from?: Instant;
  device?: string;
  metric?: string;
  value?: MetricValue;
  limit?: string;
  /** What it was held against, for those who look ahead. */
  band?: ComfortBand;
  /** One sentence: what, by how much, since when, until when. */
  say(since: Instant): string;
}

/** A check: a plain object in its own file. */
export interface Check {
  id: CheckId;
  /** Points of 100 before scaling to what is required. */
  weight: number;
  /** What an ask requires by this check; `undefined` when it requires nothing, or nothing in the room could tell. */
  require(ask: Ask, room: RoomState, now: Instant): Requirement | undefined;
}
