import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { type ReplayResult, runReplay } from "./run-replay.ts";
import { startSensorsOnlyGateway } from "./sensors-only-gateway.ts";

const folder = (name: string): string => fileURLToPath(new URL(`../../../shared/data/${name}`, import.meta.url));
const KETI = folder("keti-sdh");
const isHere = existsSync(KETI);
if (!isHere) console.warn(`skipped: the recorded rooms are not at ${KETI}`);

/** Rooms that were looked at while the detectors were made, and rooms that were looked at once, afterwards. */
const TUNED = "415 419 422 424 452 456 510 552 558 564 644 666 717 721 724 734 752 776".split(" ");
const WITHOUT_FAULTS = "417 421 422 424 448 452 456 462 510 552 556 558 621 644 666 719 721 734 752 754 776".split(" ");

describe.skipIf(!isHere)("the recorded week of 35 rooms", () => {
  let result: ReplayResult;
  beforeAll(async () => {
    result = await runReplay({ data: KETI, speed: "max", startGateway: startSensorsOnlyGateway });
  }, 120_000);

  it("is found out: precision and recall, also in rooms that nothing was tuned on", () => {
    expect(result).toMatchObject({ rooms: 35, readings: 379_680 });
    expect(result.precision).toBeGreaterThanOrEqual(0.9);
    expect(result.precision_strict).toBeGreaterThanOrEqual(0.9);
    expect(result.recall).toBeGreaterThanOrEqual(0.9);
    const isNew = ({ room }: { room: string }): boolean => !TUNED.includes(room);
    expect(result.missed.filter(isNew)).toEqual([]);
    expect(result.unfounded.filter(isNew)).toEqual([]);
  });

  it("has one outage, of one cause", () => {
    expect(result.outages).toEqual([
      { cause: "agent:keti-sdh", rooms: 34, from: "2013-08-27T18:05:00.000Z", to: "2013-08-27T23:23:00.000Z" },
    ]);
  });

  it("has a sensor in 419 that claims 394 °C, which is no hot room", () => {
    const hot = result.findings.filter(({ room, metric }) => room === "419" && metric === "temperature");
    expect(hot.map(({ kind }) => kind)).toContain("out_of_range");
    expect(hot[0]?.sentence).toContain("394");
    expect(hot[0]?.from).toBe("2013-08-23T23:05:00.000Z");
  });

  it("has light stuck in 668, motion that never fires in 454 and 717, and glitches of one minute", () => {
    const told = result.findings.map(({ room, metric, kind }) => `${room} ${metric} ${kind}`);
    for (const expected of [
      "668 light stuck",
      "454 pir never_fires",
      "717 pir never_fires",
      "513 temperature spike",
      "723 humidity spike",
    ])
      expect(told).toContain(expected);
    expect(told.filter((line) => line.endsWith("never_fires"))).toHaveLength(2);
    expect(told.filter((line) => line.endsWith("stuck"))).toHaveLength(1);
    expect(told.filter((line) => line.endsWith("drift"))).toEqual([]);
  });

  it("cries no wolf in rooms in which nothing is wrong", () => {
    const own = result.findings.filter(({ room, kind }) => WITHOUT_FAULTS.includes(room) && kind !== "outage");
    expect(own).toEqual([]);
  });
});

describe.skipIf(!isHere)("recordings in which nothing is wrong with the sensors", () => {
  it.each(["uci-occupancy", "robod", "uci-room-estimation", "nab-office", "suthaharan-motes", "thermal-step"])(
    "%s: nothing but the silences that its README tells of",
    async (name) => {
      const result = await runReplay({ data: folder(name), speed: "max", startGateway: startSensorsOnlyGateway });
      expect(result.bad_rows.count).toBe(0);
      const silences = ["silent", "outage", "never_reported"];
      expect(result.findings.filter(({ kind }) => !silences.includes(kind))).toEqual([]);
    },
  );
});
