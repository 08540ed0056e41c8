import { describe, expect, it } from "vitest";
import type { Booking, Demo, MaintenanceWindow, Needs, RoomCard } from "#contract/messages/room.ts";
import { access } from "./access.ts";
import { audio } from "./audio.ts";
import { capability } from "./capability.ts";
import { capacity } from "./capacity.ts";
import type { Check } from "./check.ts";
import { Bench, demoIn, NINE, testCard, type Values } from "./check-fixture.ts";
import { display } from "./display.ts";
import { maintenance } from "./maintenance.ts";
import { network } from "./network.ts";
import { power } from "./power.ts";
import { unoccupied } from "./unoccupied.ts";
import { videoCall } from "./video-call.ts";

/** What is told of a check on the wire, in a mail and on a screen: outcome, reason, cause, what it rests on, and the sentence. */
const told = (bench: Bench, needs: Needs = {}): unknown => {
  const row = bench.finds(needs);
  if (row === undefined) return "nothing is asked";
  const { outcome, code, part, since } = row;
  const { cause, device, metric, value, quality, limit } = part;
  return [outcome, code, cause, device, metric, value ?? limit, quality, part.say(since)];
};
/** A device of the room says so, and nothing before. */
const tells = (check: Check, device: string, values: Values, card: Partial<RoomCard> = {}): Bench => {
  const bench = new Bench(check, card);
  bench.room.takeReading(device, { at: "", metrics: values }, NINE, NINE);
  return bench;
};
const at = (minute: number): string => new Date(NINE + minute * 60_000).toISOString();
const ofGear =
  (check: Check, device: string, cause: string, card: Partial<RoomCard> = {}) =>
  (values: Values, outcome: string, code: string, [metric, sentence]: [string, string]) => {
    const bench = tells(check, device, values, card);
    const quality = { ready: 1, degraded: 0.5 }[outcome] ?? 0;
    expect(told(bench)).toEqual([outcome, code, cause, device, metric, values[metric], quality, sentence]);
    expect(bench.finds()).toMatchObject({ check: check.id, weight: check.weight, hard: true });
  };
type GearCase = [Values, string, string, [metric: string, sentence: string]];

describe("what is told of a display", () => {
  it.each<GearCase>([
    [{ power_state: "on" }, "ready", "OK", ["power_state", "The proj works."]],
    [{ reachable: true }, "ready", "OK", ["reachable", "The proj works."]],
    [{ reachable: false }, "not_ready", "DISPLAY_UNREACHABLE", ["reachable", "The proj does not answer since 09:00."]],
    [
      { power_state: "on", lamp_health: "error" },
      "not_ready",
      "LAMP_FAULT",
      ["lamp_health", "The proj reports a lamp error since 09:00."],
    ],
    [
      { power_state: "on", lamp_health: "warning" },
      "degraded",
      "LAMP_WARNING",
      ["lamp_health", "The proj reports a lamp warning since 09:00."],
    ],
    [
      { power_state: "on", filter_health: "warning" },
      "degraded",
      "FILTER_WARNING",
      ["filter_health", "The proj reports a filter warning since 09:00."],
    ],
    [
      { power_state: "on", input_state: "wrong" },
      "degraded",
      "WRONG_INPUT",
      ["input_state", "The proj shows the wrong input since 09:00."],
    ],
    [
      { power_state: "on", picture_muted: true },
      "degraded",
      "PICTURE_MUTED",
      ["picture_muted", "The proj has its picture muted since 09:00."],
    ],
    [
      { power_state: "on", picture_frozen: true },
      "degraded",
      "PICTURE_FROZEN",
      ["picture_frozen", "The proj has its picture frozen since 09:00."],
    ],
    [
      { power_state: "on", lamp_used_pct: 96.6 },
      "degraded",
      "LAMP_WORN",
      ["lamp_used_pct", "The proj has used 97 % of its lamp since 09:00."],
    ],
  ])("that says %j", ofGear(display, "proj", "display:proj"));

  it("the fault that blocks, where one only lowers", () => {
    const both: Values = { power_state: "on", picture_muted: true, lamp_health: "error" };
    expect(tells(display, "proj", both).finds()).toMatchObject({ outcome: "not_ready", code: "LAMP_FAULT" });
  });
});

describe("what is told of a codec", () => {
  it.each<GearCase>([
    [{ registered: true }, "ready", "OK", ["registered", "The codec is registered and sees its cameras."]],
    [
      { registered: false },
      "not_ready",
      "CODEC_UNREGISTERED",
      ["registered", "The codec is not registered for calls since 09:00."],
    ],
    [
      { reachable: false, registered: false },
      "not_ready",
      "CODEC_UNREACHABLE",
      ["reachable", "The codec does not answer since 09:00."],
    ],
    [
      { registered: true, cameras_connected: 0 },
      "not_ready",
      "NO_CAMERA",
      ["cameras_connected", "The codec sees no camera since 09:00."],
    ],
  ])("that says %j", ofGear(videoCall, "codec", "codec:codec"));

  it("how many cameras it sees of those that it had", () => {
    const bench = new Bench(videoCall).says({ registered: true, cameras_connected: 3 });
    const fewer = bench.says({ registered: true, cameras_connected: 2 }, 1).waits(10).says({ cameras_connected: 2 });
    expect(told(fewer.says({ registered: true }))).toEqual([
      "degraded",
      "CAMERA_MISSING",
      "codec:codec",
      "codec",
      "cameras_connected",
      2,
      0.5,
      "The codec sees 2 of 3 cameras since 09:11.",
    ]);
  });

  it("what came of it when it was tried out", () => {
    const bench = new Bench(videoCall).says({ registered: true }).fails("codec", "no dial tone");
    expect(told(bench)).toEqual([
      "not_ready",
      "TRIAL_FAILED",
      "codec:codec",
      "codec",
      "registered",
      true,
      0,
      "The codec has failed when tried out since 09:00: no dial tone.",
    ]);
  });

  it("that nothing is heard of it, and since when", () => {
    const silent = new Bench(videoCall).says({ registered: true }).waits(60);
    expect(silent.finds()).toMatchObject({ outcome: "unknown", code: "STALE" });
    expect(silent.tells()).toBe("Can't tell the video call: The codec is silent since 09:00.");
    const never = new Bench(videoCall);
    expect(never.finds()).toMatchObject({ outcome: "unknown", code: "NEVER_REPORTED" });
    expect(never.tells()).toBe("Can't tell the video call: The codec has never reported.");
  });
});

describe("what is told of the sound", () => {
  const well: Values = { microphones_connected: 2, speaker_connected: true, microphone_muted: false };
  it.each<GearCase>([
    [well, "ready", "OK", ["microphones_connected", "The codec has microphone and loudspeaker."]],
    [
      { ...well, microphones_connected: 0 },
      "not_ready",
      "NO_MICROPHONE",
      ["microphones_connected", "The codec sees no microphone since 09:00."],
    ],
    [
      { ...well, speaker_connected: false },
      "not_ready",
      "NO_SPEAKER",
      ["speaker_connected", "The codec sees no loudspeaker since 09:00."],
    ],
    [
      { ...well, microphone_muted: true },
      "degraded",
      "MICROPHONE_MUTED",
      ["microphone_muted", "The codec has its microphones muted since 09:00."],
    ],
  ])("that says %j", ofGear(audio, "codec", "codec:codec"));

  it("how many microphones there are of those that it had; the gear's own kind is the cause", () => {
    const devices = [{ device: "mic", name: "The mixer", kind: "other" as const }];
    const bench = new Bench(audio, { devices });
    for (const microphones_connected of [4, 3, 3]) {
      bench.room.takeReading("mic", { at: "", metrics: { microphones_connected } }, bench.now, bench.now);
      bench.finds();
      bench.waits(10);
    }
    bench.room.takeReading("mic", { at: "", metrics: { microphones_connected: 3 } }, bench.now, bench.now);
    expect(bench.finds()).toMatchObject({ outcome: "degraded", code: "MICROPHONE_MISSING" });
    expect(bench.finds()?.part).toMatchObject({ cause: "audio:mic", metric: "microphones_connected", value: 3 });
    expect(bench.tells()).toContain("The mixer sees 3 of 4 microphones");
  });
});

describe("what is told of the network", () => {
  it.each<GearCase>([
    [{ reachable: true }, "ready", "OK", ["reachable", "The net is reachable."]],
    [{ latency_ms: 5 }, "ready", "OK", ["latency_ms", "The net is reachable."]],
    [{ packet_loss_pct: 0 }, "ready", "OK", ["packet_loss_pct", "The net is reachable."]],
    [{ reachable: false }, "not_ready", "NETWORK_DOWN", ["reachable", "The net is down since 09:00."]],
    [{ reachable: true, link_up: false }, "not_ready", "LINK_DOWN", ["link_up", "The net has no link since 09:00."]],
    [
      { reachable: true, poe_state: "fault" },
      "degraded",
      "NO_POWER_OVER_CABLE",
      ["poe_state", "The net cannot give power over the cable since 09:00."],
    ],
    [
      { reachable: true, packet_loss_pct: 3 },
      "degraded",
      "NETWORK_LOSSY",
      ["packet_loss_pct", "The net loses 3 % of its packets since 09:00."],
    ],
    [
      { reachable: true, packet_loss_pct: 30 },
      "not_ready",
      "NETWORK_LOSSY",
      ["packet_loss_pct", "The net loses 30 % of its packets since 09:00."],
    ],
    [
      { reachable: true, latency_ms: 900 },
      "degraded",
      "NETWORK_SLOW",
      ["latency_ms", "The net takes 900 ms to answer since 09:00."],
    ],
  ])("that says %j", ofGear(network, "net", "network:net"));

  it("blocks only those who call", () => {
    const down = tells(network, "net", { reachable: false });
    expect(down.finds({ capabilities: [] })).toMatchObject({ hard: false, outcome: "not_ready" });
    const bench = tells(
      network,
      "sw",
      { reachable: false },
      {
        devices: [{ device: "sw", name: "The switch", kind: "switch" }],
      },
    );
    expect(bench.finds()?.part.cause).toBe("switch:sw");
  });
});

describe("what is told of the power", () => {
  const card = { devices: [...testCard.devices, { device: "ups", name: "The supply", kind: "ups" as const }] };
  it.each<GearCase>([
    [{ external_power: true }, "ready", "OK", ["external_power", "The supply is on the mains."]],
    [
      { external_power: false, runtime_left_min: 40.4 },
      "degraded",
      "ON_BATTERY",
      ["external_power", "The supply runs on its battery since 09:00, which lasts 40 min more."],
    ],
    [
      { external_power: false, runtime_left_min: 3 },
      "not_ready",
      "BATTERY_SHORT",
      ["runtime_left_min", "The supply runs on its battery since 09:00, which lasts 3 min more."],
    ],
    [
      { external_power: true, switched_on: false },
      "not_ready",
      "SUPPLY_OFF",
      ["switched_on", "The supply feeds nothing since 09:00."],
    ],
    [
      { external_power: true, other_health: "error" },
      "not_ready",
      "SUPPLY_FAULT",
      ["other_health", "The supply reports an error since 09:00."],
    ],
    [
      { external_power: true, other_health: "warning" },
      "degraded",
      "SUPPLY_WARNING",
      ["other_health", "The supply reports a warning since 09:00."],
    ],
    [
      { external_power: true, battery_pct: 19 },
      "degraded",
      "BATTERY_LOW",
      ["battery_pct", "The supply has 19 % in its battery since 09:00."],
    ],
    [
      { external_power: true, load_pct: 96 },
      "degraded",
      "SUPPLY_LOADED",
      ["load_pct", "The supply is loaded to 96 % since 09:00."],
    ],
  ])("that says %j", ofGear(power, "ups", "power:ups", card));
});

/** A visit so many minutes after nine. */
function visit(check: Check, min: number, demo: Partial<Demo> = {}, card: Partial<RoomCard> = {}): Bench {
  const bench = new Bench(check, card);
  bench.demo = demoIn(min, demo);
  return bench;
}

describe("what a card and a calendar tell", () => {
  const nowhere = [undefined, undefined] as const;

  it("of the way in", () => {
    expect(told(visit(access, 60))).toBe("nothing is asked");
    expect(told(new Bench(access))).toBe("nothing is asked");
    expect(told(visit(access, 60, { access: "arranged" }))).toEqual([
      "ready",
      "OK",
      "access",
      ...nowhere,
      undefined,
      1,
      "Door, host and badge are arranged.",
    ]);
    expect(told(visit(access, 60, { access: "missing" }))).toEqual([
      "not_ready",
      "ACCESS_MISSING",
      "access",
      ...nowhere,
      undefined,
      0,
      "The client cannot get in yet: door, host or badge is not arranged.",
    ]);
  });

  it("of what a visit needs", () => {
    expect(told(new Bench(capability), { capabilities: ["display"] })).toEqual([
      "ready",
      "OK",
      "capability:",
      ...nowhere,
      undefined,
      1,
      "The room has everything this visit needs.",
    ]);
    const bare = new Bench(capability, { capabilities: ["display"] });
    expect(told(bare, { capabilities: ["video_call", "audio", "display"] })).toEqual([
      "not_ready",
      "CAPABILITY_MISSING",
      "capability:video_call",
      ...nowhere,
      "video_call",
      0,
      "The room does not have video calls.",
    ]);
    expect(bare.finds({ capabilities: ["video_call", "audio"] })?.faults).toHaveLength(2);
  });

  it("of the seats", () => {
    expect(told(new Bench(capacity))).toBe("nothing is asked");
    const seats = (people: number) => told(new Bench(capacity), { people });
    expect(seats(8)).toEqual(["ready", "OK", "capacity", ...nowhere, 8, 1, "8 seats for 8 people."]);
    expect(seats(9)).toEqual([
      "degraded",
      "TOO_FEW_SEATS",
      "capacity",
      ...nowhere,
      8,
      0.5,
      "8 seats for 9 people: 1 too few.",
    ]);
    expect(seats(20)).toEqual([
      "not_ready",
      "TOO_FEW_SEATS",
      "capacity",
      ...nowhere,
      8,
      0,
      "8 seats for 20 people: 12 too few.",
    ]);
    expect(new Bench(capacity).finds({ people: 20 })?.part.limit).toBe("at least 20 seats");
  });

  it("of maintenance", () => {
    const windows: MaintenanceWindow[] = [{ id: "w1", start: at(-60), end: at(90), reason: "filter" }];
    const during = [
      "not_ready",
      "IN_MAINTENANCE",
      "maintenance:w1",
      ...nowhere,
      undefined,
      0,
      "In maintenance from 08:00 until 10:30: filter.",
    ];
    const well = ["ready", "OK", "maintenance:", ...nowhere, undefined, 1, "No maintenance in the way."];
    for (const [bench, what] of [
      [new Bench(maintenance), during],
      [visit(maintenance, 60), during],
      [visit(maintenance, 120), well],
    ] as const) {
      bench.room.takeWindows(windows);
      expect(told(bench)).toEqual(what);
    }
    expect(told(new Bench(maintenance))).toEqual(well);
  });
});

describe("what is told of people in the room", () => {
  const booked = (from: number, to: number): Booking => ({ start: at(from), end: at(to) });
  /** What is told at nine of a visit so many minutes later, with people in the room or not. */
  function ahead(min: number, occupied: boolean, ...bookings: Booking[]): unknown[] {
    const bench = visit(unoccupied, min);
    bench.room.takeDemos([demoIn(min)], bookings);
    const { outcome = "", code = "" } = bench.says({ occupied }).finds() ?? {};
    return [outcome, code, bench.tells()];
  }

  it("without a visit: only whether it is in use", () => {
    const free = new Bench(unoccupied).says({ occupied: false });
    expect(told(free)).toEqual(["ready", "OK", "occupied", "air", "occupied", false, 1, "Nobody is in the room."]);
    const used = new Bench(unoccupied).says({ occupied: true });
    expect(told(used)).toEqual(["degraded", "IN_USE", "occupied", "air", "occupied", true, 0.5, "In use since 09:00."]);
    expect(told(new Bench(unoccupied))).toBe("nothing is asked");
  });

  it("before a visit: nothing to mind until a quarter of an hour before it, then in the way", () => {
    expect(ahead(120, true)).toEqual(["ready", "OK", "In use now; must be empty by 10:55."]);
    expect(ahead(16, true)).toEqual(["ready", "OK", "In use now; must be empty by 09:11."]);
    expect(ahead(15, true)).toEqual([
      "degraded",
      "STILL_IN_USE",
      "Still in use since 09:00; the client comes at 09:15.",
    ]);
    expect(ahead(14, true)[0]).toBe("degraded");
    expect(ahead(14, false)).toEqual(["ready", "OK", "Nobody is in the room."]);
    expect(ahead(0, true)).toEqual(["ready", "OK", "The visit is on."]);
  });

  it("with a booking before it: how tight that is, and when it should have been over", () => {
    const tight = "one meeting in four runs over.";
    expect(ahead(40, true, booked(-30, 25))[2]).toBe(`Booked until 09:25, 15 min before the client comes; ${tight}`);
    expect(ahead(40, false, booked(-30, 40))[2]).toBe(`Booked until 09:40, when the client comes; ${tight}`);
    expect(ahead(40, true, booked(-30, 50))[2]).toBe("Booked until 09:50, past the client's arrival at 09:40.");
    expect(ahead(60, true, booked(-30, 30))[2]).toBe("In use now; must be empty by 09:55.");
    expect(ahead(60, true, booked(-30, 31))[2]).toBe(`Booked until 09:31, 29 min before the client comes; ${tight}`);
    expect(ahead(10, true, booked(-60, 5))).toEqual([
      "degraded",
      "STILL_IN_USE",
      "Still in use since 09:00, booked until 09:05; the client comes at 09:10.",
    ]);
    expect(ahead(10, true, booked(-60, 0))[1]).toBe("OVERRUN");
    expect(ahead(10, true, booked(-60, -5))).toEqual([
      "degraded",
      "OVERRUN",
      "Still in use since 09:00, booked until 08:55; the client comes at 09:10.",
    ]);
  });

  it("where no sensor can tell any more: that, and not that nobody is there", () => {
    const bench = visit(unoccupied, 180).says({ occupied: false }).waits(170);
    expect(bench.finds()).toMatchObject({ outcome: "unknown", part: { cause: "sensor:air/occupied" } });
    expect(bench.tells()).toContain("Can't tell whether somebody is in the room");
  });
});
