import { describe, expect, it } from "vitest";
import { hours, type Instant, later, minutes } from "#contract/units.ts";
import { OutageWatch } from "./outage-watch.ts";
import { SensorHealth } from "./sensor-health.ts";
import { START, working } from "./test-room.ts";

/** Some rooms of a site with a device each, on one timeline of one report a minute. */
class TestSite {
  readonly watch = new OutageWatch("hq");
  readonly rooms: SensorHealth[] = [];
  now: Instant = START;
  #minute = 0;

  constructor(agents: readonly (string | undefined)[]) {
    for (const [i, agent] of agents.entries()) {
      const health = new SensorHealth({ room: `hq/r${String(i)}`, watch: this.watch });
      health.know([{ device: "env", agent, intervals_s: { temperature_c: 60 } }], START);
      this.rooms.push(health);
    }
  }

  run(span: number, isQuiet: (room: number, minute: number) => boolean = () => false): this {
    for (const end = this.#minute + span; this.#minute < end; this.#minute++) {
      for (const [i, room] of this.rooms.entries()) {
        if (isQuiet(i, this.#minute)) continue;
        for (const [metric, value] of Object.entries(working(this.now, this.#minute) ?? {}))
          room.observe("env", metric, value, this.now);
      }
      for (const room of this.rooms) room.tick(this.now);
      this.now = later(this.now, minutes(1));
    }
    return this;
  }

  /** Per room: kind and cause of each finding. */
  get told(): string[] {
    return this.rooms.map((room) =>
      room
        .findings()
        .map((f) => `${f.kind}${f.cause === undefined ? "" : ` ${f.cause}`}${f.to === undefined ? "" : " ended"}`)
        .join(),
    );
  }
}

const behind = (agent: string, n: number): string[] => Array.from({ length: n }, () => agent);

describe("an outage", () => {
  it("of one agent is one cause in all its rooms, and no fault of theirs", () => {
    const site = new TestSite([...behind("pi-1", 6), ...behind("pi-2", 6)]).run(60);
    site.run(10, (room) => room < 6);
    expect(site.told).toEqual([...behind("outage agent:pi-1", 6), ...behind("", 6)]);
    expect(site.rooms[0]?.findings()[0]?.sentence).toContain("like 5 others in 6 rooms: one outage (agent:pi-1)");
    site.run(10);
    expect(site.told).toEqual([...behind("outage agent:pi-1 ended", 6), ...behind("", 6)]);
  });

  it("of several agents at once is the site's", () => {
    const site = new TestSite([...behind("pi-1", 4), ...behind("pi-2", 4), ...behind("pi-3", 2)]).run(60);
    site.run(10, () => true);
    expect(site.told).toEqual(behind("outage site:hq", 10));
  });

  it("of devices without an agent is the site's", () => {
    const site = new TestSite([undefined, undefined, undefined, undefined]).run(60).run(10, (room) => room < 3);
    expect(site.told).toEqual(["outage site:hq", "outage site:hq", "outage site:hq", ""]);
  });

  it("is not what a few devices of many do, nor what many do one after the other", () => {
    const few = new TestSite(behind("pi-1", 10)).run(60).run(10, (room) => room < 4);
    expect(few.told).toEqual([...behind("silent", 4), ...behind("", 6)]);
    const slowly = new TestSite(behind("pi-1", 10)).run(60).run(120, (room, minute) => minute > 60 + room * 10);
    expect(slowly.told).toEqual(behind("silent", 10));
  });

  it("does not take along what was silent before, nor what falls silent after it", () => {
    const site = new TestSite(behind("pi-1", 6)).run(60);
    site.run(60, (room) => room === 0);
    site.run(30, () => true);
    expect(site.told[0]).toBe("silent");
    expect(site.told.slice(1)).toEqual(behind("outage agent:pi-1", 5));
    site.run(60);
    site.run(10, (room) => room === 1);
    expect(site.told[1]).toBe("outage agent:pi-1 ended,silent");
  });

  it("tells which rooms must be judged again, once", () => {
    const site = new TestSite(behind("pi-1", 5)).run(60);
    expect([...site.watch.takeChanged()]).toEqual([]);
    const before = site.rooms[0]?.revision ?? 0;
    site.run(10, () => true);
    expect([...site.watch.takeChanged()].toSorted()).toEqual(["hq/r0", "hq/r1", "hq/r2", "hq/r3", "hq/r4"]);
    expect([...site.watch.takeChanged()]).toEqual([]);
    expect(site.rooms[0]?.revision).toBeGreaterThan(before);
  });

  it("is the same cause again after a restart in the middle of it", () => {
    const site = new TestSite(behind("pi-1", 6)).run(60).run(20, () => true);
    const watch = new OutageWatch("hq");
    const restored = site.rooms.map((room, i) =>
      SensorHealth.fromJSON(JSON.parse(JSON.stringify(room)), { room: `hq/r${String(i)}`, watch }),
    );
    for (const room of restored) room.resume(site.now);
    expect(restored.map((room) => room.findings())).toEqual(site.rooms.map((room) => room.findings()));
  });

  it("takes slow reporters along once their silence shows", () => {
    const site = new TestSite(behind("pi-1", 5));
    const slow = new SensorHealth({ room: "hq/slow", watch: site.watch });
    slow.know([{ device: "meter", agent: "pi-1", intervals_s: { energy_kwh: 1800 } }], START);
    site.run(60);
    slow.observe("meter", "energy_kwh", 5, site.now);
    site.run(10).run(60, () => true);
    slow.tick(later(site.now, hours(2)));
    expect(slow.findings()).toMatchObject([{ kind: "outage", cause: "agent:pi-1" }]);
  });

  it("costs little however many devices a site has", () => {
    const site = new TestSite([...behind("pi-1", 1500), ...behind("pi-2", 1500)]).run(3).run(5, () => true);
    expect(new Set(site.told)).toEqual(new Set(["outage site:hq"]));
  });
});
