import type { Instant } from "#contract/units.ts";
import { hours } from "#contract/units.ts";
import type { RoomState } from "../rooms/room-state.ts";
import type { Ask, Check, Requirement } from "./check.ts";

const KEEP = hours(1);

/**
 * What visits ask of a room, worked out once and kept until the room's card, devices, visits or windows change, or a
 * window opens or closes.
 */
export class Requirements {
  readonly #checks: readonly Check[];
  readonly #known = new Map<string, readonly Requirement[]>();
  #shape = -1;
  #until = 0;

  constructor(checks: readonly Check[]) {
    this.#checks = checks;
  }

  of(ask: Ask, room: RoomState, now: Instant): readonly Requirement[] {
    if (room.shape !== this.#shape || now >= this.#until) this.#forget(room, now);
    const key = ask.demo?.id ?? "";
    let requirements = this.#known.get(key);
    if (requirements === undefined) {
      requirements = this.#checks.flatMap((check) => check.require(ask, room, now) ?? []);
      this.#known.set(key, requirements);
    }
    return requirements;
  }

  #forget(room: RoomState, now: Instant): void {
    this.#known.clear();
    this.#shape = room.shape;
    this.#until = now + KEEP;
    for (const window of room.windows) {
      for (const edge of [Date.parse(window.start), Date.parse(window.end)]) {
        if (edge > now) this.#until = Math.min(this.#until, edge);
      }
    }
  }
}
