import type { RoomMemory } from "#contract/messages/alert.ts";
import { type Instant, instant, rfc3339 } from "#contract/units.ts";
import { RoomLearner } from "../forecast/learner.ts";
import { RoomWatch } from "../forecast/watch/room-watch.ts";
import type { Settled } from "../readiness/settle.ts";
import type { Device } from "../rooms/device.ts";
import type { Slot } from "../rooms/observed.ts";
import type { RoomKeeper } from "./room-keeper.ts";

const VERSION = 1;

interface RememberedDevice {
  device: string;
  knownSince: number;
  wokenAt?: number;
  resetAt?: number;
  trial?: NonNullable<Device["trial"]>;
}

interface Remembered {
  slots: Slot[];
  settled: [string, Settled][];
  learner: unknown;
  watch?: unknown;
  health: unknown;
  devices: RememberedDevice[];
}

/** What a room must not forget over a restart: last values, settled checks, what was learned. */
export function toMemory(keeper: RoomKeeper, now: Instant): RoomMemory {
  const state: Remembered = {
    slots: [...keeper.room.slots],
    settled: [...keeper.settled],
    learner: keeper.learner.toJSON(),
    watch: keeper.watch.toJSON(),
    health: keeper.health.toJSON(),
    devices: keeper.room.ranked.map(({ device, knownSince, wokenAt, resetAt, trial }) => ({
      device,
      knownSince,
      ...(wokenAt !== undefined && { wokenAt }),
      ...(resetAt !== undefined && { resetAt }),
      ...(trial !== undefined && { trial }),
    })),
  };
  return { at: rfc3339(now), version: VERSION, state };
}

/** Puts a memory back; of another version or shape it is left out, and the room starts afresh. Returns the sensor health's share. */
export function recall(keeper: RoomKeeper, memory: RoomMemory, now: Instant): unknown {
  const state = memory.state as Remembered | null;
  if (memory.version !== VERSION || !isRemembered(state)) return undefined;
  for (const { device, knownSince, wokenAt, resetAt, trial } of state.devices) {
    const known = keeper.room.device(device, now);
    if (known === undefined) continue;
    known.knownSince = instant(Math.min(knownSince, now));
    if (wokenAt !== undefined) known.wokenAt = instant(wokenAt);
    if (resetAt !== undefined) known.resetAt = instant(resetAt);
    known.trial = trial;
  }
  for (const slot of state.slots) keeper.room.restoreSlot({ ...slot }, now);
  for (const [key, settled] of state.settled) if (!keeper.settled.has(key)) keeper.settled.set(key, settled);
  keeper.learner = RoomLearner.from(state.learner);
  keeper.watch = RoomWatch.from(state.watch);
  return state.health;
}

const isRemembered = (state: Remembered | null): state is Remembered =>
  typeof state === "object" &&
  state !== null &&
  Array.isArray(state.slots) &&
  Array.isArray(state.settled) &&
  Array.isArray(state.devices);
