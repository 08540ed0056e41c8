import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Demo } from "#contract/messages/room.ts";
import { MemoryBroker, MemoryBus } from "#contract/memory-bus.ts";
import { instant, minutes } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { filterOf, parsePayload, parseTopic } from "#contract/wire.ts";
import { openDataSet } from "../recorded/data-set.ts";
import { startRealGateway } from "./real-gateway.ts";
import { type ReplayResult, runReplay } from "./run-replay.ts";
import { startScaledClock } from "./scaled-clock.ts";
import { startSensorsOnlyGateway } from "./sensors-only-gateway.ts";
import { healthy, type RoomScript, START, writeRecording } from "./test-recording.ts";

const inOutage = (minute: number): boolean => minute > 200 && minute < 240;
const behindGateway =
  (script: RoomScript): RoomScript =>
  (minute) =>
    inOutage(minute) ? undefined : script(minute);
const changed =
  (when: (minute: number) => boolean, change: (row: readonly number[]) => number[]): RoomScript =>
  (minute) => {
    const row = healthy(minute);
    return row !== undefined && when(minute) ? (change(row) as never) : row;
  };

/** Room, field and the minutes in which something is wrong with it; the rooms 101 to 104 are in order. */
const rooms: Record<string, RoomScript> = {
  "101": behindGateway(healthy),
  "102": behindGateway(healthy),
  "103": behindGateway(healthy),
  "104": behindGateway(healthy),
  "201": behindGateway(
    changed(
      (m) => m === 150,
      ([c, h, l, p]) => [c, h, l, p, 70] as number[],
    ),
  ),
  "202": behindGateway(
    changed(
      () => true,
      ([c, h, l, p]) => [c, h, l, p, 120 + (c ?? 0)] as number[],
    ),
  ),
  "203": (m) => (m > 100 ? undefined : healthy(m)),
  "204": (m) => (m < 60 || inOutage(m) ? undefined : healthy(m)),
  "205": behindGateway((m) => (m > 300 && m < 320 ? undefined : healthy(m))),
  "206": behindGateway((m) => (m % 50 === 3 ? undefined : healthy(m))),
};
const END = 360;
const faults = [
  ["201", "temperature", "temp_out_of_range", 150, 150],
  ["202", "temperature", "temp_out_of_range", 0, END],
  ["203", "*", "gap", 100, END],
  ["204", "*", "late_start", 60, 60],
  ["205", "*", "gap", 300, 320],
  ...["101", "102", "103", "104", "201", "202", "204", "205", "206"].map(
    (room) => [room, "*", "gap", 200, 240] as const,
  ),
] as const;

const timeless = (result: ReplayResult): unknown => JSON.parse(JSON.stringify({ ...result, seconds: 0 }));

describe.each([
  ["the product's gateway", startRealGateway],
  ["the sensors alone", startSensorsOnlyGateway],
])("a replay through %s", (_, startGateway) => {
  let recording: Awaited<ReturnType<typeof writeRecording>>;
  let result: ReplayResult;
  beforeAll(async () => {
    recording = await writeRecording(rooms, END, faults);
    result = await runReplay({ data: recording.dir, speed: "max", startGateway });
  });
  afterAll(() => recording.remove());

  const told = (room: string): string[] =>
    result.findings
      .filter((finding) => finding.room === room && finding.kind !== "outage")
      .map(({ metric, kind, from, to, lasting }) => {
        const at = (text: string): string => String((Date.parse(text) - START) / 60_000);
        return `${metric} ${kind} ${at(from)}..${lasting ? "" : at(to)}`;
      });

  it("finds what is wrong, and nothing else", () => {
    expect(result.missed).toEqual([]);
    expect(result.unfounded).toEqual([]);
    expect(result).toMatchObject({ rooms: 10, recall: 1, precision: 1, precision_strict: 1 });
  });

  it("names each fault for what it is", () => {
    expect(told("201")).toEqual(["temperature spike 150..151"]);
    expect(told("202")).toEqual(["temperature out_of_range 0.."]);
    expect(told("203")).toEqual(["* silent 100.."]);
    expect(told("204")).toEqual(["* never_reported 0..60"]);
    expect(told("205")).toEqual(["* silent 300..320"]);
    for (const room of ["101", "102", "103", "104", "206"]) expect(told(room)).toEqual([]);
  });

  it("reports the outage as one cause, in every room that it took along", () => {
    expect(result.outages).toEqual([
      { cause: "agent:keti-sdh", rooms: 9, from: "2013-08-24T02:20:00.000Z", to: "2013-08-24T03:00:00.000Z" },
    ]);
    expect(new Set(result.findings.filter((f) => f.kind === "outage").map((f) => f.cause)).size).toBe(1);
  });

  it("is the same in every run", async () => {
    const again = await runReplay({ data: recording.dir, speed: "max", startGateway });
    expect(timeless(again)).toEqual(timeless(result));
  });

  it("does not depend on the order of the rooms", async () => {
    const names = ["104", "206", "205", "203", "201"];
    const data = await openDataSet(recording.dir, { rooms: names });
    const shuffled = { ...data, rooms: data.rooms.toReversed() };
    const one = await runReplay({ data, speed: "max", startGateway });
    const other = await runReplay({ data: shuffled, speed: "max", startGateway });
    expect(other.findings).toEqual(one.findings);
  });
});

it("without known faults there is no precision and no recall", async () => {
  const { dir, remove } = await writeRecording({ "101": healthy }, 60);
  try {
    const result = await runReplay({ data: dir, speed: "max" });
    expect(result).toMatchObject({ rooms: 1, readings: 60, findings: [], precision: null, recall: null });
  } finally {
    await remove();
  }
});

describe("with demos", () => {
  const at = (minute: number): string => new Date(START + minute * 60_000).toISOString();
  const demo = (id: string, minute: number): Demo => ({
    id,
    title: "Product demo",
    start: at(minute),
    arrival: at(minute),
    end: at(minute + 60),
    needs: {},
  });
  const liar = rooms["202"] as RoomScript;
  const told = new Map<string, Set<string>>();
  const judged = new Map<string, Set<string>>();
  let result: ReplayResult;

  beforeAll(async () => {
    // Empty and comfortable: what is seen before the visit is only the visit's own doing.
    const empty: RoomScript = (minute) => [
      450 + Math.sin(minute),
      50,
      300 + Math.sin(minute),
      0,
      24.2 + 0.1 * Math.sin(minute / 50),
    ];
    const { dir, remove } = await writeRecording({ "101": empty, "202": liar }, 190);
    const demos = new Map([
      ["101", [demo("soon", 120), demo("in-a-week", 10_000)]],
      ["202", [demo("hot", 120)]],
    ]);
    const note = (notes: Map<string, Set<string>>, topic: string, words: readonly string[]): void => {
      const room = parseTopic(topic)?.room ?? "";
      notes.set(room, new Set([...(notes.get(room) ?? []), ...words]));
    };
    try {
      result = await runReplay({
        data: dir,
        speed: "max",
        demos,
        startGateway: async (ports) => {
          await ports.bus.subscribe(filterOf("demos"), ({ topic, payload }) => {
            const parsed = parsePayload("demos", payload);
            if (parsed.ok)
              note(
                told,
                topic,
                parsed.value.demos.map(({ id }) => id),
              );
          });
          await ports.bus.subscribe(filterOf("readiness"), ({ topic, payload }) => {
            const parsed = parsePayload("readiness", payload);
            if (!parsed.ok) return;
            const verdicts = [parsed.value.now, ...parsed.value.demos.map(({ verdict }) => verdict)];
            for (const { checks } of verdicts)
              note(
                judged,
                topic,
                checks.map(({ check, outcome }) => `${check} ${outcome}`),
              );
          });
          return startRealGateway(ports);
        },
      });
    } finally {
      await remove();
    }
  });

  it("tells those of the next 48 h, as the server does", () => {
    expect(Object.fromEntries(told)).toEqual({ "101": new Set(["soon"]), "202": new Set(["hot"]) });
  });

  it("judges a room whose sensor claims hundreds of degrees by that sensor's unknown, never as a hot room", () => {
    expect(judged.get("202")).toContain("temperature unknown");
    expect(judged.get("202")).not.toContain("temperature not_ready");
  });

  it("raises no alert for a room in which nothing is wrong", () => {
    expect(judged.get("101")).toContain("temperature ready");
    const alarmed = result.findings.filter(({ room }) => room === "101");
    expect(alarmed).toEqual([]);
    expect(result.alerted_rooms).not.toContain("101");
  });
});

it("at a number it keeps to a clock that runs so many times as fast", async () => {
  const { dir, remove } = await writeRecording({ "101": healthy }, 11);
  const base = new VirtualClock(instant(0));
  const bus = new MemoryBus(new MemoryBroker());
  const heard: number[] = [];
  await bus.subscribe(filterOf("reading"), () => heard.push(base.now()));
  try {
    const data = await openDataSet(dir);
    const clock = startScaledClock(base, data.start, 600);
    const progress = { isDone: false };
    const replay = runReplay({ data, speed: 600, bus, clock }).finally(() => (progress.isDone = true));
    for (let i = 0; i < 10_000 && !progress.isDone; i++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (base.nextDue !== undefined) base.advanceTo(base.nextDue);
    }
    const result = await replay;
    expect(result.readings).toBe(11);
    expect(heard).toEqual(Array.from({ length: 11 }, (_, i) => (i * minutes(1)) / 600));
  } finally {
    await remove();
  }
});

it("at a number it needs a wire and a clock, and can be called off", async () => {
  const { dir, remove } = await writeRecording({ "101": healthy }, 20);
  try {
    await expect(runReplay({ data: dir, speed: 10 })).rejects.toMatchObject({ code: "CONFIG_INVALID" });
    const stop = new AbortController();
    const replay = runReplay({ data: dir, speed: "max", signal: stop.signal });
    stop.abort(new Error("called off"));
    await expect(replay).rejects.toThrow("called off");
  } finally {
    await remove();
  }
});
