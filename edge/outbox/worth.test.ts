import { expect, test } from "vitest";
import { type MetricValue, metricList } from "#contract/metrics.ts";
import { instant } from "#contract/units.ts";
import type { StoredReading } from "./record.ts";
import { WORTH, worthMoreThan } from "./worth.ts";

let seq = 0;
const reading = (device: string, minute: number, metrics: Record<string, MetricValue>): StoredReading => ({
  seq: ++seq,
  at: instant(minute * 60_000),
  room: "atrium",
  device,
  body: JSON.stringify({ metrics }),
});
const left = (least: 0 | 1 | 2, readings: StoredReading[]): number[] =>
  worthMoreThan(least, readings).map((each) => readings.indexOf(each));

test("what repeats goes first, but for a sign of life each quarter of an hour", () => {
  const same = Array.from({ length: 31 }, (_, minute) =>
    reading("lamp", minute, { lamp_health: "ok", lamp_hours_h: 10 }),
  );
  expect(left(WORTH.repeat, same)).toEqual([0, 15, 30]);
  expect(left(WORTH.moment, same)).toEqual([0]);
});

test("then motion and noise, then the air; a change of what tells whether gear works stays", () => {
  const readings = [
    reading("eye", 0, { occupied: true, temperature_c: 20 }),
    reading("eye", 1, { occupied: false, temperature_c: 20 }),
    reading("eye", 2, { occupied: false, temperature_c: 23 }),
    reading("lamp", 2, { lamp_health: "ok" }),
    reading("lamp", 3, { lamp_health: "error", latency_ms: 9 }),
    reading("lamp", 4, { lamp_health: "error", latency_ms: 400 }),
    reading("eye", 5, { occupied: true, temperature_c: 23 }),
  ];
  expect(left(WORTH.repeat, readings)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(left(WORTH.moment, readings)).toEqual([0, 2, 3, 4]);
  expect(left(WORTH.air, readings)).toEqual([0, 3, 4]);
});

test("slow changes add up: what is compared with is what stays", () => {
  const creeping = Array.from({ length: 10 }, (_, i) => reading("air", i, { temperature_c: 20 + i * 0.15 }));
  const kept = left(WORTH.repeat, creeping);
  expect(kept.length).toBeGreaterThan(2);
  expect(kept.length).toBeLessThan(10);
});

test("every metric of the wire has a worth, and health is never of the moment", () => {
  for (const { name } of metricList) {
    const change = [reading("x", 0, { reachable: true }), reading("x", 1, { reachable: true, [name]: 1 })];
    const steps = [WORTH.repeat, WORTH.moment, WORTH.air].filter((least) => left(least, change).length === 2).length;
    if (/health|power|registered|reachable/.test(name) && name !== "reachable")
      expect([name, steps]).toEqual([name, 3]);
    else expect(steps).toBeGreaterThan(0);
  }
});
