import type { PlanKind } from "../scenario.ts";
import type { Visit } from "../world/calendar.ts";
import { flawsOfKind, type Setting } from "./policy.ts";

interface Open {
  room: number;
  kind: PlanKind;
  visits: Map<string, number>;
}

/** The calls of a simple policy: one per key while it is open. */
export class CallBook {
  readonly #setting: Setting;
  readonly #open = new Map<string, Open>();

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  startDay(): void {
    this.#open.clear();
  }

  raise(key: string, kind: PlanKind, { room, visit, due }: { room: number; visit?: Visit; due: number }): void {
    const { building, calls, responders } = this.#setting;
    const { now, minute } = building;
    const known = this.#open.get(key);
    if (known !== undefined) {
      if (visit !== undefined && !known.visits.has(visit.id)) known.visits.set(visit.id, now);
      return;
    }
    const visits = new Map(visit === undefined ? [] : [[visit.id, now]]);
    this.#open.set(key, { room, kind, visits });
    calls.push({ cause: kind, kind, flaws: flawsOfKind[kind], isNudge: kind === "occ", room, at: now, visits });
    responders.call({
      kind,
      room,
      visit,
      due,
      asked: minute,
      ended: (result) => result === "failed" || this.#ended(room, kind),
    });
  }

  /** Drops what is open of a room and no longer the case. */
  keepOnly(room: number, kinds: readonly PlanKind[]): void {
    for (const [key, open] of this.#open) if (open.room === room && !kinds.includes(open.kind)) this.#open.delete(key);
  }

  /** Which kinds may be raised again once somebody has dealt with them. */
  reopens: ReadonlySet<PlanKind> = new Set();

  #ended(room: number, kind: PlanKind): void {
    if (!this.reopens.has(kind)) return;
    for (const [key, open] of this.#open) if (open.room === room && open.kind === kind) this.#open.delete(key);
  }
}
