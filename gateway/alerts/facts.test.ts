import { describe, expect, it } from "vitest";
import type { Alert } from "#contract/messages/alert.ts";
import type { Booking, Demo, MaintenanceWindow } from "#contract/messages/room.ts";
import { seconds } from "#contract/units.ts";
import { acme, causeOf, clockTime, demoAt, harbour, wireTime } from "./desk-fixture.ts";
import { factsOf, type Room, type Surroundings } from "./facts.ts";
import { type Finding, findingOf, type Member } from "./finding.ts";
import { incidentKey, Incidents, newIncident } from "./incident.ts";
import { defaultPolicy } from "./policy.ts";

const span = (from: string, to: string): Booking => ({ start: wireTime(from), end: wireTime(to) });
const window = (from: string, to: string): MaintenanceWindow => ({ id: from, ...span(from, to), reason: "x" });

const member = (over: Partial<Member> = {}, cause = "temperature"): Member =>
  ({
    roomKey: "hq/harbour",
    demo: "acme",
    arrival: clockTime("14:00"),
    end: clockTime("15:00"),
    actBy: clockTime("13:10"),
    risk: 0.8,
    cause: causeOf({ cause, p_mended: 0.5 }),
    isSilence: false,
    since: clockTime("12:00"),
    reportInterval: seconds(60),
    ...over,
  }) as Member;

/** Another incident: its cause, its visit, whether an alert of it is open. */
interface Other {
  cause: string;
  member: Member;
  isOpen?: boolean;
}

interface World {
  time?: string;
  members?: Member[];
  bookings?: Booking[];
  windows?: MaintenanceWindow[];
  demos?: Demo[];
  nudgedSince?: string;
  alert?: Partial<Alert>;
  others?: Other[];
}

function facts({ time = "12:30", members = [member()], others = [], ...world }: World = {}) {
  const room: Room = {
    card: { ...harbour, ahu: "ahu-2" },
    demos: world.demos ?? [acme],
    bookings: world.bookings,
    windows: world.windows ?? [],
    signature: [],
  };
  const incidents = new Incidents();
  const open = (cause: string, of: Member[], alert: Partial<Alert> | undefined) => {
    const [first] = of;
    if (first === undefined) throw new Error("a member");
    const incident = incidents.add(newIncident(incidentKey(first.roomKey, first.demo, cause), first.roomKey, cause));
    for (const each of of) incidents.join(incident, each);
    if (alert !== undefined) incidents.setAlert(incident, alert as Alert);
    return incident;
  };
  for (const { cause, member: one, isOpen = true } of others)
    open(cause, [one], isOpen ? { id: cause + one.demo, status: "open" } : undefined);
  const cause = members[0]?.cause.cause ?? "";
  const incident = open(cause, members, world.alert);
  const around: Surroundings = {
    now: clockTime(time),
    nudgedSince: () => (world.nudgedSince === undefined ? undefined : clockTime(world.nudgedSince)),
    policy: defaultPolicy,
    rooms: new Map([["hq/harbour", room]]),
    incidents,
  };
  return factsOf(findingOf("hq", cause, members) as Finding, incident, around);
}

describe("what the stages decide on", () => {
  it("is the first visit's act-by, and of all visits the highest risk and gain, and the newest beginning", () => {
    const later = member({ demo: "beta", actBy: clockTime("13:40"), risk: 0.9, since: clockTime("12:20") });
    const found = facts({ members: [later, member()] });
    expect(found).toMatchObject({
      actBy: clockTime("13:10"),
      priority: 2,
      since: clockTime("12:20"),
      risk: 0.9,
      reportInterval: seconds(60),
      isReopening: false,
    });
    expect(found.gain).toBeCloseTo(0.81, 9);
    for (const key of ["bookedUntil", "nudgedSince", "snoozedUntil", "explainedBy"])
      expect(found).not.toHaveProperty(key);
  });

  it("is silence only where all of it is", () => {
    const silent = member({ isSilence: true });
    expect(facts({ members: [silent] }).isSilence).toBe(true);
    expect(facts({ members: [silent, member({ demo: "beta" })] }).isSilence).toBe(false);
  });

  it("gains what a move may while there is time to go, and what mending may after that", () => {
    expect(facts({ time: "13:45" }).gain).toBeCloseTo(0.8 * 0.9, 9);
    expect(facts({ time: "13:46" }).gain).toBeCloseTo(0.8 * 0.5, 9);
  });

  it("is a reopening once there was an alert, with its snooze", () => {
    expect(facts({ alert: { id: "a", status: "resolved" } }).isReopening).toBe(true);
    const snoozed = facts({ alert: { id: "a", status: "snoozed", snoozed_until: wireTime("12:50") } });
    expect(snoozed.snoozedUntil).toBe(clockTime("12:50"));
  });

  it("knows since when the room's panel has been asking", () => {
    expect(facts({ nudgedSince: "12:20" }).nudgedSince).toBe(clockTime("12:20"));
  });
});

describe("how long a room is still booked before a visit", () => {
  it.each<[string, Booking[], string | undefined]>([
    ["nothing is booked", [], undefined],
    ["one booking is over, one just ends", [span("11:00", "12:00"), span("12:00", "12:30")], undefined],
    ["one runs", [span("12:00", "13:00")], "13:00"],
    ["several are to come", [span("12:00", "13:00"), span("13:30", "13:45"), span("13:00", "13:20")], "13:45"],
    ["one reaches into the visit", [span("13:30", "14:30")], "14:00"],
    ["one begins when the visit does", [span("14:00", "14:30")], undefined],
  ])("when %s", (_, bookings, until) => {
    expect(facts({ bookings }).bookedUntil).toBe(until === undefined ? undefined : clockTime(until));
  });
});

describe("what goes on in the rooms of a finding", () => {
  const roomAt = (world: World) => facts(world).rooms[0];

  it("is maintenance until its windows end, where they touch or overlap", () => {
    expect(roomAt({})).toEqual({});
    expect(roomAt({ windows: [window("12:00", "13:00")] })).toEqual({ maintenanceUntil: clockTime("13:00") });
    const chain = [window("13:30", "14:00"), window("12:00", "13:00"), window("13:00", "13:30")];
    expect(roomAt({ windows: chain })).toEqual({ maintenanceUntil: clockTime("14:00") });
    expect(roomAt({ windows: [window("12:00", "13:00"), window("13:01", "14:00")] })).toEqual({
      maintenanceUntil: clockTime("13:00"),
    });
    expect(roomAt({ windows: [window("12:31", "13:00"), window("12:00", "12:30")] })).toEqual({});
    expect(roomAt({ windows: [window("12:30", "13:00")] })).toEqual({ maintenanceUntil: clockTime("13:00") });
  });

  it("is the visit itself from its arrival on, another one while that runs", () => {
    expect(roomAt({ time: "13:59" })).toEqual({});
    expect(roomAt({ time: "14:00" })).toEqual({ visitUntil: clockTime("15:00"), isOwnVisit: true });
    const demos = [demoAt("early", "12:00", "13:00"), acme];
    expect(roomAt({ time: "11:59", demos })).toEqual({});
    expect(roomAt({ time: "12:00", demos })).toEqual({ visitUntil: clockTime("13:00") });
    expect(roomAt({ time: "13:00", demos })).toEqual({});
  });
});

describe("what is told in place of a finding", () => {
  const parent = (risk: number, isOpen: boolean) => ({
    cause: "ahu:ahu-2",
    member: member({ risk }, "ahu:ahu-2"),
    isOpen,
  });
  const twin = (over: Partial<Member>, cause = "temperature", isOpen = true) => ({
    cause,
    member: member({ demo: "aaa", ...over }, cause),
    isOpen,
  });
  const by = (others: Other[], members = [member()]) => facts({ members, others }).explainedBy;

  it("is what explains it, when that is told or worth telling", () => {
    expect(by([parent(0, true)])).toEqual({ by: "ahu:ahu-2" });
    expect(by([parent(0.15, false)])).toEqual({ by: "ahu:ahu-2" });
    expect(by([parent(0.14, false)])).toBeUndefined();
    expect(by([parent(0.9, true)], [member({}, "display:proj-1")])).toBeUndefined();
  });

  it("is the same cause for an earlier visit of the room, until that arrives", () => {
    const earlier = { actBy: clockTime("13:00"), arrival: clockTime("13:30") };
    expect(by([twin(earlier)])).toEqual({ by: "temperature", until: clockTime("13:30") });
    expect(by([twin(earlier, "co2")])).toBeUndefined();
    expect(by([twin(earlier, "temperature", false)])).toBeUndefined();
    expect(by([twin({ ...earlier, roomKey: "hq/lake" })])).toBeUndefined();
    expect(by([twin({ actBy: clockTime("12:20"), arrival: clockTime("12:30") })])).toBeUndefined();
    expect(by([twin({ actBy: clockTime("13:20") })])).toBeUndefined();
  });

  it("is one of two with the same act-by, always the same one", () => {
    expect(by([twin({})])).toMatchObject({ by: "temperature" });
    expect(by([twin({ demo: "zzz" })])).toBeUndefined();
    expect(by([twin({ actBy: clockTime("13:20") })])).toBeUndefined();
  });
});
