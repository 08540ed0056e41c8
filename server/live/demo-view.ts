import type { AlertView, Currency, DemoView } from "#contract/api/views.ts";
import type { Alert } from "#contract/messages/alert.ts";
import type { DemoReadiness, DemoStatus } from "#contract/messages/readiness.ts";
import { type Instant, instant, rfc3339 } from "#contract/units.ts";
import { AHEAD, type RoomPlan } from "../planning/room-plan.ts";
import type { DemoRecord } from "../store/demos.ts";
import { given } from "../store/present.ts";
import type { RoomRecord } from "../store/rooms.ts";

/** What a gateway promises of a demo unless the demo says otherwise. */
const DEFAULT_TARGET = 0.95;

/** A demo as everybody may see it, with what decides whose it is: never sent as it stands (see `audience.ts`). */
export interface LiveDemo {
  view: DemoView;
  owner?: string;
}

export interface DemoFacts {
  record: DemoRecord;
  room: RoomRecord;
  readiness: DemoReadiness | undefined;
  currency: Currency;
  /** Open alerts that concern it. */
  alerts: readonly Alert[];
  now: Instant;
}

export function liveDemo(facts: DemoFacts): LiveDemo {
  const { record, room, readiness, currency } = facts;
  const { account, host, value_eur, owner, template, access, moved_from, asked } = record;
  const view = {
    id: record.id,
    room_key: record.key,
    room_name: room.card.name,
    floor: room.card.floor,
    zone: room.card.zone,
    title: record.title,
    start: rfc3339(instant(record.start_ms)),
    arrival: rfc3339(instant(record.arrival_ms)),
    end: rfc3339(instant(record.end_ms)),
    needs: asked.needs,
    target: asked.target ?? DEFAULT_TARGET,
    source: record.source,
    mine: false,
    currency,
    ...statusShown(facts),
    alerts: facts.alerts.map((alert) => alert.id),
    ...given({ template, template_name: asked.template_name, access, moved_from }),
    ...(Object.keys(record.needs).length > 0 ? { own_needs: record.needs } : {}),
    ...given({ account, host, value_eur, readiness, being_done: beingDone(facts.alerts, room.card.zone) }),
  };
  return { view, ...given({ owner }) };
}

function statusShown({ record, readiness, currency, now }: DemoFacts): { status: DemoStatus; sentence: string } {
  if (readiness === undefined) {
    if (record.end_ms <= now) return { status: "unknown", sentence: "This visit is over." };
    const isFar = record.start_ms - now > AHEAD;
    return {
      status: "unknown",
      sentence: isFar ? "Judged from 48 h before it starts." : "Not judged yet.",
    };
  }
  const { status, sentence } = readiness;
  if (currency === "live" || (status !== "ready" && status !== "degraded")) return { status, sentence };
  return { status: "unknown", sentence: `No verdict since the last one, which was: ${sentence}` };
}

/** Who is on it, in words: the newest decision about any of its alerts. */
function beingDone(alerts: readonly Alert[], zone: string): string | undefined {
  const decisions = alerts.flatMap((alert) =>
    alert.history
      .filter((event) => event.event === "acknowledged" || event.event === "assigned")
      .map((event) => ({ who: alert.assignee ?? event.by, at: event.at })),
  );
  const newest = decisions.reduce<{ who?: string | undefined; at: string } | undefined>(
    (last, one) => (last === undefined || one.at > last.at ? one : last),
    undefined,
  );
  return newest?.who === undefined ? undefined : `${newest.who} took it at ${clockTime(newest.at, zone)}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** A time of day where the room is; a format is made once a zone, because making one is slow. */
function clockTime(at: string, zone: string): string {
  let format = formats.get(zone);
  if (format === undefined) {
    const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
    try {
      format = new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone });
    } catch {
      format = new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" });
    }
    formats.set(zone, format);
  }
  return format.format(Date.parse(at));
}

export const alertView = (alert: Alert, room: RoomPlan | RoomRecord): AlertView => ({
  ...alert,
  room_key: room.key,
  room_name: room.card.name,
  floor: room.card.floor,
  zone: room.card.zone,
});
