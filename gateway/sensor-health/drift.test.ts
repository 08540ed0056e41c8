import { describe, expect, it } from "vitest";
import { OutageWatch } from "./outage-watch.ts";
import { days, TestRoom, working, type Script } from "./test-room.ts";

/** The working room with its temperature off by so much per day, from day 4 on. */
const drifting =
  (perDay: number, start = 0): Script =>
  (at, m) => ({ temperature_c: 22 + Math.sin(m / 229.18) + start + Math.max(0, m / 1440 - 4) * perDay });

describe("drift", () => {
  it("is found against the room's other sensor, and lowers its trust only", () => {
    const room = new TestRoom().run(days(11), { a: drifting(0), b: drifting(0, 0.6), c: drifting(0.8) });
    const found = room.findings.filter((finding) => finding.kind === "drift");
    expect(found).toMatchObject([{ device: "c", metric: "temperature_c" }]);
    expect(room.health.isBelievable("c", "temperature_c")).toBe(false);
    expect(room.health.isBelievable("a", "temperature_c")).toBe(true);
  });

  it("is none when all of them move together: that is the weather", () => {
    const room = new TestRoom().run(days(11), { a: drifting(0.8), b: drifting(0.8), c: drifting(0.8) });
    expect(room.told).toEqual([]);
  });

  it("is none for sensors that always differ", () => {
    expect(new TestRoom().run(days(11), { a: drifting(0), b: drifting(0, 3) }).told).toEqual([]);
  });

  it("of a room's only sensor is told against the other rooms, without disbelieving it", () => {
    const watch = new OutageWatch("hq");
    const rooms = [0, 0, 0, 0, 0, 1.4].map(
      (perDay, i) => [new TestRoom({ room: `hq/r${String(i)}`, watch }), drifting(perDay)] as const,
    );
    for (let day = 0; day < 12; day++) for (const [room, script] of rooms) room.run(days(1), { env: script });
    const told = rooms.map(([room]) => room.findings.filter((f) => f.kind === "drift").length);
    expect(told).toEqual([0, 0, 0, 0, 0, 1]);
    expect(rooms[5]?.[0].health.isBelievable("env", "temperature_c")).toBe(true);
  });

  it("is none of a lone sensor that nothing can be compared with", () => {
    expect(new TestRoom().run(days(12), { env: drifting(1.4) }).told).toEqual([]);
    expect(new TestRoom().run(days(12), { env: working }).told).toEqual([]);
  });
});
