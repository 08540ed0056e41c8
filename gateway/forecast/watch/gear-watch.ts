import { hours, instant } from "#contract/units.ts";
import type { Row } from "../../readiness/verdict.ts";
import type { RoomState } from "../../rooms/room-state.ts";
import type { RoomHabits } from "../habits.ts";
import { kindOf } from "../remedies.ts";
import { noteBroken, noteHealing, noteWatched } from "../site/gear-knowledge.ts";
import { noteRepair } from "../site/repairs.ts";
import type { SiteLearner } from "../site/site-learner.ts";

const GEAR: ReadonlySet<string> = new Set(["display", "video_call", "audio", "network"]);
const SHARED: ReadonlySet<string> = new Set(["switch", "agent", "site"]);
/** Watched time is handed in at this pace. */
const HAND_IN = hours(1 / 4);
/** A longer pause was not watched. */
const LONGEST_PAUSE = hours(1);
const MOST_SPELLS = 60;
/** Shorter ones are flaps: a room's own rate counts only what lasts. */
const LASTING_MIN = 3;

/** Something bad as it is watched. */
interface Spell {
  key: string;
  cause: string;
  code: string;
  from: number;
  /** When it was first seen: before that it could have ended unseen. */
  seenFrom: number;
  isUnknown: boolean;
}

interface State {
  spells: Spell[];
  watchedFrom: number | undefined;
}

export interface Teaches {
  site: SiteLearner;
  habits: RoomHabits;
}

/** Watches how gear in one room fails and heals, and how long repairs take, and teaches it to the site. */
export class GearWatch {
  #state: State = { spells: [], watchedFrom: undefined };
  readonly #now: Spell[] = [];

  static from(json: unknown): GearWatch {
    const watch = new GearWatch();
    const state = json as Partial<State> | undefined;
    if (Array.isArray(state?.spells))
      watch.#state = { spells: state.spells.slice(0, MOST_SPELLS), watchedFrom: state.watchedFrom ?? undefined };
    return watch;
  }

  toJSON(): State {
    return this.#state;
  }

  take(room: RoomState, rows: readonly Row[], now: number, to: Teaches): void {
    const found = this.#now;
    found.length = 0;
    for (const row of rows) if (GEAR.has(row.check)) collect(found, row, room, now);
    const { spells } = this.#state;
    for (let i = spells.length - 1; i >= 0; i--) {
      const spell = spells[i] as Spell;
      const same = found.find(({ key }) => key === spell.key);
      if (same !== undefined && same.cause === spell.cause && same.isUnknown === spell.isUnknown) {
        spell.code = same.code;
        continue;
      }
      // Nobody knows how long a fault lasted that has turned into silence.
      this.#end(spell, { now, isSeen: same === undefined }, { ...to, room: room.key });
      spells.splice(i, 1);
    }
    for (const each of found) {
      if (spells.length >= MOST_SPELLS || spells.some(({ key }) => key === each.key)) continue;
      spells.push({ ...each });
      if (!each.isUnknown) noteWatched(to.site, kindOf(each.cause), { at: instant(now), minutes: 0, faults: 1 });
    }
    this.#handIn(rows, now, to);
  }

  /** Minutes in which gear was in order. */
  #handIn(rows: readonly Row[], now: number, { site, habits }: Teaches): void {
    const from = (this.#state.watchedFrom ??= now);
    if (now - from < HAND_IN) return;
    this.#state.watchedFrom = now;
    if (now - from > LONGEST_PAUSE) return;
    const minutes = (now - from) / 60_000;
    for (const row of rows) {
      if (!GEAR.has(row.check) || row.outcome === "unknown" || row.outcome === "not_ready") continue;
      const kind = kindOf(row.part.cause);
      noteWatched(site, kind, { at: instant(now), minutes, faults: 0 });
      habits.note(`fail ${kind}`, 0, minutes, 200_000);
    }
  }

  #end(
    spell: Spell,
    { now, isSeen }: { now: number; isSeen: boolean },
    { site, habits, room }: Teaches & { room: string },
  ): void {
    const kind = kindOf(spell.cause);
    const act = site.acts.find(room, spell.cause, instant(spell.from));
    const left = ((act === undefined ? now : Math.min(now, act.takenAt)) - spell.from) / 60_000;
    const entered = (spell.seenFrom - spell.from) / 60_000;
    const isShared = SHARED.has(kind);
    if (spell.isUnknown && !isShared) return;
    // What all rooms behind a switch see together is taught once: by the room whose spell began first and ended first.
    if (isShared && !site.acts.isFirst(`${spell.cause} ${Math.round(spell.from / 600_000)}`)) return;
    const ended = isSeen && act === undefined;
    noteHealing(site, { kind, code: spell.code }, { entered, left, ended });
    if (!isShared && (now - spell.from) / 60_000 >= LASTING_MIN) habits.note(`fail ${kind}`, 1, 0, 200_000);
    if (act === undefined) return;
    if (isShared && act.found !== undefined) noteBroken(site, kind, act.found === "mended");
    if (isSeen && !act.isSaidDone && act.found !== "nothing_wrong")
      noteRepair(site, { cause: spell.cause, minutes: (now - act.at) / 60_000, queue: act.queue });
  }
}

/** Every part that is bad or unknown, and the one that is bad too newly to have settled. */
function collect(into: Spell[], row: Row, room: RoomState, now: number): void {
  for (const { part, outcome, code, since } of row.faults) {
    const isUnknown = outcome === "unknown";
    // What is being watched to stay well is well already.
    if (!isUnknown && (outcome !== "not_ready" || part.outcome === "ready")) continue;
    into.push({ key: part.key, cause: part.cause, code, from: since, seenFrom: now, isUnknown });
  }
  const { part } = row;
  if (part.outcome !== "not_ready") return;
  const device = room.devices.get(part.device ?? "");
  const from = device?.state === "offline" ? device.stateSince : device?.slots.get(part.metric ?? "")?.changedAt;
  if (from === undefined) return;
  into.push({ key: part.key, cause: part.cause, code: part.code, from, seenFrom: now, isUnknown: false });
}
