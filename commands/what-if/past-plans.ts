import type { Alert, AlertReply } from "#contract/messages/alert.ts";
import { hours, type Instant, instant, rfc3339 } from "#contract/units.ts";
import { demosOnWire, maintenanceOnWire, readRoomPlan, type RoomPlan } from "#server/planning/room-plan.ts";
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

  private constructor(store: Store, rooms: readonly RoomRecord[]) {
    this.#store = store;
    this.#rooms = rooms;
  }

  static async of(store: Store, site: string): Promise<PastPlans> {
    const rooms = (await store.rooms.all()).filter((room) => room.site === site);
    return new PastPlans(store, rooms);
  }

  get rooms(): readonly RoomRecord[] {
    return this.#rooms;
  }

  /** What is planned anew by now; of a visit that nobody had entered yet, nothing is said. */
  async due(now: Instant): Promise<PastWord[]> {
    const words: PastWord[] = [];
    for (const record of this.#rooms) {
      if ((this.#until.get(record.key) ?? 0) > now) continue;
      const plan = asKnownAt(await readRoomPlan(this.#store, record, now), now);
      this.#until.set(record.key, plan.until);
      const address = { site: record.site, room: record.room };
      words.push({ kind: "demos", address, payload: demosOnWire(plan, now) });
      words.push({ kind: "maintenance", address, payload: maintenanceOnWire(plan, now) });
    }
    return words;
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

function asKnownAt(plan: RoomPlan, now: Instant): RoomPlan {
  const demos = plan.demos.filter((demo) => madeAt(demo.id) <= now);
  const entered = plan.demos.map((demo) => madeAt(demo.id)).filter((at) => at > now);
  return { ...plan, demos, until: instant(Math.min(plan.until, ...entered)) };
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
