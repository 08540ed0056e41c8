import type { Evidence } from "#contract/messages/readiness.ts";
import { type Instant, rfc3339 } from "#contract/units.ts";
import type { Observed, Slot } from "../rooms/observed.ts";
import type { RoomState } from "../rooms/room-state.ts";

/** A slot's row as it was told last, and the moments that it tells. */
interface Kept {
  slot: Slot;
  at: Instant;
  since: Instant;
  row: Evidence;
}

/**
 * Puts the newest words of a room's devices into their wire form. What was heard of a slot since its row was told is mostly the
 * same again: then all but its time is told as before, and a row of which nothing is another is the same object.
 */
export class ToldEvidence {
  /** In the order in which they are told. */
  readonly #kept: Kept[] = [];
  readonly #isForgetful: boolean;

  /** `isForgetful`: tells every row anew. For tests: it must make no difference. */
  constructor({ isForgetful = false } = {}) {
    this.#isForgetful = isForgetful;
  }

  tell(room: RoomState, now: Instant): Evidence[] {
    const evidence: Evidence[] = [];
    if (this.#isForgetful) this.#kept.length = 0;
    for (const device of room.ranked) {
      for (const slot of device.slots.values()) {
        const kind = room.kindOn(device, slot, now);
        const since = kind === "known" ? slot.changedAt : room.observe(device, slot.metric, now).since;
        evidence.push(this.#row(evidence.length, slot, kind, since));
      }
    }
    if (this.#kept.length > evidence.length) this.#kept.length = evidence.length;
    return evidence;
  }

  #row(place: number, slot: Slot, kind: Observed["kind"], since: Instant): Evidence {
    const kept = this.#kept[place];
    if (kept?.slot !== slot) {
      const row = rowOf(slot, kind, { at: rfc3339(slot.at), since: rfc3339(since) });
      this.#kept[place] = { slot, at: slot.at, since, row };
      return row;
    }
    const { row: before } = kept;
    const isSameTime = kept.at === slot.at && kept.since === since;
    if (isSameTime && before.kind === kind && before.value === slot.value && before.interval_s === slot.interval / 1000)
      return before;
    const at = kept.at === slot.at && before.at !== undefined ? before.at : rfc3339(slot.at);
    kept.row = rowOf(slot, kind, { at, since: kept.since === since ? before.since : rfc3339(since) });
    kept.at = slot.at;
    kept.since = since;
    return kept.row;
  }
}

const rowOf = (
  { device, metric, value, interval }: Slot,
  kind: Observed["kind"],
  { at, since }: { at: string; since: string },
): Evidence => ({
  device,
  metric,
  kind,
  value,
  at: value === undefined ? undefined : at,
  since,
  interval_s: interval / 1000,
});
