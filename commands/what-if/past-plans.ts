import type { Alert, AlertReply } from "#contract/messages/alert.ts";
import { hours, type Instant, instant, rfc3339 } from "#contract/units.ts";
import { demosOnWire, maintenanceOnWire, readRoomPlan, type RoomPlan } from "#server/planning/room-plan.ts";
import type { DemoRecord } from "#server/store/demos.ts";
import type { Store } from "#server/store/open-store.ts";
import type { RoomRecord } from "#server/store/rooms.ts";
import type { Address, Kind, Payload } from "#contract/wire.ts";

/** Something that the server would have said on the wire at an instant. */
export interface PastWord<K extends Kind = Kind> {
  kind: K;
  address: Address;
  payload: Payload<K>;
}

/** What people did about an alert, when it was so. */
export interface PastReply {
  at: Instant;
  room: string;
  id: string;
  reply: AlertReply;
}

/** What was planned in a site's rooms and what people decided, as the store still knows it. */
export class PastPlans {
  readonly #store: Store;
  readonly #rooms: readonly RoomRecord[];
  /** When each room's plan changes next. */
  readonly #until = new Map<string, Instant>();

  /** Visits that somebody moved, with their moves in order. */
  readonly #moved: readonly MovedVisit[];

  private constructor(store: Store, rooms: readonly RoomRecord[], moved: readonly MovedVisit[]) {
    this.#store = store;
    this.#rooms = rooms;
    this.#moved = moved;
  }

  static async of(store: Store, site: string): Promise<PastPlans> {
    const rooms = (await store.rooms.all()).filter((room) => room.site === site);
    return new PastPlans(store, rooms, await movedVisits(store));
  }

  get rooms(): readonly RoomRecord[] {
    return this.#rooms;
  }

  /** What is planned anew by now; of a visit that nobody had entered yet, nothing is said. */
  async due(now: Instant): Promise<PastWord[]> {
    const words: PastWord[] = [];
    for (const record of this.#rooms) {
      if ((this.#until.get(record.key) ?? 0) > now) continue;
      const plan = this.#asKnownAt(await readRoomPlan(this.#store, record, now), now);
      this.#until.set(record.key, plan.until);
      const address = { site: record.site, room: record.room };
      words.push({ kind: "demos", address, payload: demosOnWire(plan, now) });
      words.push({ kind: "maintenance", address, payload: maintenanceOnWire(plan, now) });
    }
    return words;
  }

  /** The plan as it was then: without visits that were entered later, and with those that were moved where they were. */
  #asKnownAt(plan: RoomPlan, now: Instant): RoomPlan {
    const moved = new Map(this.#moved.map((visit) => [visit.demo.id, visit]));
    const stayed = plan.demos.filter((demo) => !moved.has(demo.id));
    const here = this.#moved.filter((visit) => roomAt(visit, now) === plan.key).map(({ demo }) => demo);
    const all = [...stayed, ...here].toSorted((a, b) => a.start_ms - b.start_ms);
    const later = [
      ...all.map((demo) => madeAt(demo.id)),
      ...this.#moved.flatMap(({ moves }) => moves.map(({ at }) => at)),
    ];
    return {
      ...plan,
      demos: all.filter((demo) => madeAt(demo.id) <= now && demo.end_ms > now),
      until: instant(Math.min(plan.until, ...later.filter((at) => at > now))),
    };
  }

  /** When `due` has something to say again. */
  get next(): Instant | undefined {
    const all = [...this.#until.values()];
    return all.length === 0 ? undefined : instant(Math.min(...all));
  }

  /** Alerts that were really raised from an instant on, before another. */
  async alerts(from: Instant, to: Instant): Promise<{ key: string; alert: Alert }[]> {
    const site = this.#rooms[0]?.site;
    if (site === undefined) return [];
    const span = { fromMs: from - hours(48), toMs: to, site, limit: 100_000 };
    return (await this.#store.alerts.raised(span)).map(({ key, alert }) => ({ key, alert }));
  }
}

/** A version-7 UUID begins with the moment at which it was made. */
function madeAt(id: string): number {
  const hex = /^([0-9a-f]{8})-([0-9a-f]{4})-7/.exec(id);
  return hex === null ? 0 : Number.parseInt(`${hex[1]}${hex[2]}`, 16);
}

interface MovedVisit {
  demo: DemoRecord;
  moves: { at: number; from: string; to: string }[];
}

/** Where a visit was at an instant: where its next move took it from, or where it is now. */
const roomAt = ({ demo, moves }: MovedVisit, now: Instant): string =>
  moves.find(({ at }) => at > now)?.from ?? demo.key;

const MOST_NOTES = 100_000;

/** Every move is noted with its time and both rooms. */
async function movedVisits(store: Store): Promise<MovedVisit[]> {
  const notes = (await store.audit.recent({ limit: MOST_NOTES })).filter(({ action }) => action === "demo.move");
  const visits = new Map<string, MovedVisit>();
  for (const { subject, at_ms, detail } of notes.toSorted((a, b) => a.at_ms - b.at_ms)) {
    const { from, to } = detail as { from?: unknown; to?: unknown };
    const demo = visits.get(subject)?.demo ?? (await store.demos.get(subject));
    if (demo === undefined || typeof from !== "string" || typeof to !== "string") continue;
    const known = visits.get(subject) ?? { demo, moves: [] };
    known.moves.push({ at: at_ms, from, to });
    visits.set(subject, known);
  }
  return [...visits.values()];
}

const REPLIES = { acknowledged: "acknowledge", assigned: "assign", resolved: "resolve" } as const;

/** What people answered then, to be answered again to the alert of the same room, visit and cause. */
export function repliesOf(alerts: readonly { key: string; alert: Alert }[]): PastReply[] {
  return alerts
    .flatMap(({ key, alert }) =>
      alert.history.flatMap(({ at, event, by }): PastReply[] => {
        const reply = REPLIES[event as keyof typeof REPLIES];
        if (reply === undefined || by === undefined) return [];
        const time = instant(Date.parse(at));
        const assignee = event === "assigned" ? { assignee: alert.assignee ?? by } : {};
        const word = { at: rfc3339(time), reply, by, ...assignee };
        return [{ at: time, room: key.slice(key.indexOf("/") + 1), id: alert.id, reply: word }];
      }),
    )
    .toSorted((a, b) => a.at - b.at);
}
