import type { Alert, AlertReply, Alternative } from "#contract/messages/alert.ts";
import { isStandby } from "#gateway/alerts/standby.ts";
import { type Contact, type Notice, type Notifier } from "#gateway/alerts/notifier.ts";
import { parseRoomKey } from "#contract/ids.ts";
import { Random } from "../../building/random.ts";
import type { Job, JobResult } from "../responders/responders.ts";
import type { PlanKind } from "../scenario.ts";
import { roomIndex, type SiteWire } from "../telemetry/site-wire.ts";
import type { Visit } from "../world/calendar.ts";
import type { Flaw } from "../world/building.ts";
import { type Call, flawsOfKind, type Setting } from "./policy.ts";

/** A message that reached somebody. */
export interface Told {
  contact: string;
  event: Notice["event"];
  at: number;
  alert: string;
}

export interface StaffOptions {
  setting: Setting;
  wire: () => SiteWire;
  visit: (id: string) => Visit | undefined;
  /** The host takes the visit to another room. */
  move: (visit: Visit, room: number) => void;
}

const CONTACTS = ["desk", "lead", "second", "host"] as const;

/** The people behind the gateway's messages: a desk that sends somebody, a lead, whoever has the next remedy, the host. */
export class DeskStaff implements Notifier {
  readonly told: Told[] = [];
  /** Whether another room was ever held for a visit. */
  offersRooms = false;
  readonly #options: StaffOptions;
  readonly #jobs = new Map<string, Job>();
  readonly #calls = new Map<string, Call>();
  readonly #kept = new Map<string, { room: number; alert: string; since: number }>();
  readonly #alerts = new Map<string, { alert: Alert; room: string }>();

  constructor(options: StaffOptions) {
    this.#options = options;
  }

  contacts(level: number): readonly Contact[] {
    const id = CONTACTS[Math.min(level, CONTACTS.length - 1)] ?? "desk";
    return [{ id, name: id, channel: "evaluation", to: id }];
  }

  send(contact: Contact, notice: Notice): Promise<void> {
    const { setting } = this.#options;
    if (!setting.isScored()) return Promise.resolve();
    const { building } = setting;
    const { alert, event, roomKey } = notice;
    this.told.push({ contact: contact.id, event, at: building.now, alert: alert.id });
    const { room } = parseRoomKey(roomKey);
    if (event === "resolved") this.#drop(alert);
    else if (event === "offer_move") this.#offered(alert);
    else if (isStandby(alert.cause)) this.#keepsInMind(alert);
    else {
      this.#note(alert, room);
      if (!this.#isIgnored(alert, contact)) this.#go(alert, room);
    }
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  /** An alert is on the wire: it may name more visits than when it was told, or be over. */
  published(room: string, alert: Alert): void {
    this.#alerts.set(alert.id, { alert, room });
    if (alert.status === "resolved") this.#drop(alert);
    else if (alert.reached?.["offer_move"] !== undefined && this.#calls.has(keyOf(alert))) this.#offered(alert);
    else if (isStandby(alert.cause) && this.#kept.has(alert.demo ?? "")) this.#keepsInMind(alert);
    const call = this.#calls.get(keyOf(alert));
    if (call === undefined) return;
    for (const { demo } of alert.members ?? [])
      if (!call.visits.has(demo)) call.visits.set(demo, this.#options.setting.building.now);
  }
  removed(id: string): void {
    this.#alerts.delete(id);
  }

  /** In the morning somebody takes up what is still open for today. */
  startDay(): void {
    this.#jobs.clear();
    const { building } = this.#options.setting;
    for (const { alert, room } of this.#alerts.values()) {
      const visit = this.#options.visit(alert.demo ?? "");
      if (alert.status === "resolved" || visit?.day !== building.day || !this.#calls.has(keyOf(alert))) continue;
      this.#go(alert, room);
    }
  }

  /** A word on a room's panel. */
  nudged(room: string, nudge: "wrap_up" | "reset_visit", demo: string): void {
    const { setting, visit: find } = this.#options;
    const visit = find(demo);
    const key = `nudge.${nudge}.${demo}`;
    if (visit === undefined || !setting.isScored() || this.#calls.has(key)) return;
    const { building, calls, responders } = setting;
    const kind = nudge === "wrap_up" ? "occ" : "clean";
    const call = {
      cause: nudge,
      kind,
      flaws: flawsOfKind[kind],
      isNudge: true,
      room: roomIndex(room),
      at: building.now,
      visits: new Map([[demo, building.now]]),
    } as const;
    this.#calls.set(key, call);
    calls.push(call);
    const { scenario, seed } = building.world;
    const works = new Random(seed, "reset-nudge", demo).chance(scenario.staff.reset_nudge_works);
    if (nudge === "reset_visit" && !(works && visit.reset.missed)) return;
    responders.call({ kind, room: call.room, visit, due: visit.arrival, asked: building.minute });
  }

  #note(alert: Alert, room: string): void {
    const key = keyOf(alert);
    if (this.#calls.has(key)) return;
    const { building, calls } = this.#options.setting;
    const kind = this.#kindOf(alert, roomIndex(room));
    if (kind === undefined) return;
    const named = alert.members?.map(({ demo }) => demo) ?? (alert.demo === undefined ? [] : [alert.demo]);
    const visits = new Map(named.map((demo) => [demo, building.now]));
    const flaws = flawsOf(alert.cause, kind);
    const call: Call = {
      cause: alert.cause,
      kind,
      flaws,
      isNudge: false,
      room: roomIndex(room),
      at: building.now,
      visits,
    };
    this.#calls.set(key, call);
    calls.push(call);
  }

  #go(alert: Alert, roomName: string): void {
    const key = keyOf(alert);
    const { setting, wire, visit: find } = this.#options;
    const { building, responders } = setting;
    const { from_min, to_min } = building.world.scenario.days;
    if (this.#jobs.has(key) || building.minute < from_min || building.minute >= to_min) return;
    const room = roomIndex(roomName);
    const kind = this.#kindOf(alert, room);
    if (kind === undefined) return;
    const due = building.minute + (Date.parse(alert.act_by) - Date.parse(alert.at)) / 60_000;
    const visit = find(alert.demo ?? "");
    const job: Job = {
      kind,
      room,
      visit: visit?.room === room ? visit : undefined,
      due,
      asked: building.minute,
      started: () => wire().reply(roomName, alert.id, { reply: "acknowledge", by: kind }),
      ended: (result) => {
        this.#jobs.delete(key);
        const told = wordsOf[result];
        if (told !== undefined) wire().reply(roomName, alert.id, { reply: "resolve", by: kind, ...told });
      },
    };
    this.#jobs.set(key, job);
    responders.call(job);
  }

  /** What a cause asks of people; what nobody can mend asks nothing. */
  #kindOf({ cause }: Alert, room: number): PlanKind | undefined {
    const kind = cause.split(":", 1)[0] ?? cause;
    if (kind === "display")
      return this.#options.setting.responders.faultOf("disp_dead", room) === undefined ? "disp_off" : "disp_dead";
    return kindOfCause[kind];
  }

  #drop(alert: Alert): void {
    const job = this.#jobs.get(keyOf(alert));
    if (job === undefined) return;
    this.#options.setting.responders.cancel(job);
    this.#jobs.delete(keyOf(alert));
  }

  /** Of so many visits the host was told that another room is kept. */
  get kept(): number {
    return this.#kept.size;
  }

  /** A room that its host knows to be kept for a visit since long enough before its arrival, and that still is. */
  keptFor(visit: Visit): number | undefined {
    const { building } = this.#options.setting;
    const known = this.#kept.get(visit.id);
    if (known === undefined || known.since + building.world.scenario.staff.move_needs_min > building.now)
      return undefined;
    const held = this.#alerts.get(known.alert)?.alert;
    const isHeld = held === undefined ? false : keptRooms(held).get(visit.id) === known.room;
    return isHeld ? known.room : undefined;
  }

  /** The hosts of its visits know where to go, should their room not be ready. */
  #keepsInMind(alert: Alert): void {
    const { building } = this.#options.setting;
    for (const [demo, room] of keptRooms(alert)) {
      const known = this.#kept.get(demo);
      this.offersRooms = true;
      // Told of another room meanwhile: the host knew from the first on that there is one.
      this.#kept.set(demo, { room, alert: alert.id, since: known?.since ?? building.now });
    }
  }

  /** The hosts of its visits take the rooms that are kept for them, while there is time to go. */
  #offered(alert: Alert): void {
    const first = alert.alternatives?.find(({ held_until }) => held_until !== undefined);
    if (first !== undefined && alert.demo !== undefined) this.#offer(alert.demo, first);
    for (const { demo, alternative } of alert.members ?? [])
      if (alternative?.held_until !== undefined) this.#offer(demo, alternative);
  }

  #offer(demo: string, held: Alternative): void {
    this.offersRooms = true;
    const { setting, visit: find, move } = this.#options;
    const { building } = setting;
    const { staff } = building.world.scenario;
    const visit = find(demo);
    if (visit?.day !== building.day || building.minute + staff.move_needs_min > visit.arrival) return;
    const isTaken = new Random(building.world.seed, "move", visit.id).chance(staff.move_taken);
    if (isTaken) move(visit, roomIndex(parseRoomKey(held.room).room));
  }

  #isIgnored({ id }: Alert, contact: Contact): boolean {
    const { scenario, seed } = this.#options.setting.building.world;
    return new Random(seed, "ignores", id, contact.id).chance(scenario.staff.ignores);
  }
}

/** The rooms that an alert keeps, by visit. */
function keptRooms({ alternatives, demo, members }: Alert): Map<string, number> {
  const rooms = new Map<string, number>();
  const add = (visit: string, held: Alternative | undefined): void => {
    if (held?.held_until !== undefined) rooms.set(visit, roomIndex(parseRoomKey(held.room).room));
  };
  for (const member of members ?? []) add(member.demo, member.alternative);
  if (demo !== undefined)
    add(
      demo,
      alternatives?.find(({ held_until }) => held_until !== undefined),
    );
  return rooms;
}

/** A sensor's silence hides what it measures; an air handler serves both warmth and air. */
function flawsOf(cause: string, kind: PlanKind): readonly Flaw[] {
  if (cause.startsWith("ahu:")) return ["climate", "air"];
  if (kind !== "sensor") return flawsOfKind[kind];
  if (cause.endsWith("/co2_ppm")) return ["air"];
  return cause.endsWith("/occupied") ? ["occ"] : ["climate"];
}

const wordsOf: Readonly<Record<JobResult, Pick<AlertReply, "note" | "found"> | undefined>> = {
  mended: { note: "done", found: "mended" },
  unharmed: { note: "the link was gone, the gear had worked", found: "only_watching" },
  nothing: { note: "nothing found", found: "nothing_wrong" },
  failed: undefined,
};

const kindOfCause: Readonly<Record<string, PlanKind>> = {
  codec: "codec",
  audio: "mic",
  agent: "net",
  switch: "net",
  site: "net",
  network: "net",
  temperature: "climate",
  humidity: "climate",
  ahu: "climate",
  co2: "air",
  occupied: "occ",
  reset_visit: "clean",
  sensor: "sensor",
};

const keyOf = ({ id, episode }: Alert): string => `${id}.${episode ?? 0}`;
