import { describe, expect, it } from "vitest";
import { quietScenario } from "../quiet-scenario.ts";
import type { Scripted } from "../scenario-faults.ts";
import { Building } from "../world/building.ts";
import { makeWorld } from "../world/world.ts";
import { type JobResult, Responders } from "./responders.ts";

const codecs: Scripted = { kind: "codec", scored_day: 0, at_min: 400, lasts_min: 700, rooms: [0, 1, 2] };

function open({
  remote = 3,
  byDue = true,
  scripted = [codecs],
}: { remote?: number; byDue?: boolean; scripted?: Scripted[] } = {}) {
  const scenario = quietScenario(scripted);
  scenario.staff.pools.remote = remote;
  const building = new Building(makeWorld(scenario, 1, { rooms: 10, days: 1 }));
  building.startDay(0);
  const responders = new Responders(building, { byDue });
  const ended: string[] = [];
  const call = (room: number, due: number, asked = 500): void =>
    responders.call({
      kind: "codec",
      room,
      visit: undefined,
      due,
      asked,
      ended: (result: JobResult) => ended.push(`${room} ${result} ${building.minute}`),
    });
  const until = (minute: number): void => {
    for (let t = Math.max(500, building.minute); t <= minute; t++) {
      building.step(t);
      responders.work();
    }
  };
  building.step(500);
  return { building, responders, call, until, ended };
}

describe("those who mend things", () => {
  it("end the fault that they were called to, and say so", () => {
    const { building, call, until, ended } = open();
    call(1, 600);
    until(650);
    expect(ended).toHaveLength(1);
    expect(ended[0]).toMatch(/^1 mended/);
    expect(building.flawsOfRoom(1, true)).not.toContain("codec");
    expect(building.flawsOfRoom(0, true)).toContain("codec");
  });

  it("take as long for the same fault, whatever else is asked of them", () => {
    const [alone, among] = [open(), open()];
    alone.call(1, 600);
    among.call(0, 600);
    among.call(1, 600);
    for (const { until } of [alone, among]) until(650);
    expect(among.ended).toContain(alone.ended[0]);
  });

  it("go to the most urgent first, or to who asked first", () => {
    const begun = (byDue: boolean): string | undefined => {
      const story = open({ remote: 1, byDue });
      story.call(0, 900, 490);
      story.call(1, 600, 495);
      story.until(700);
      return story.ended[0]?.split(" ")[0];
    };
    expect(begun(true)).toBe("1");
    expect(begun(false)).toBe("0");
  });

  it("are not sent twice to one fault: who called meanwhile hears of it, too", () => {
    const [once, twice] = [open(), open()];
    for (const { call } of [once, twice]) call(1, 600);
    twice.call(1, 550);
    for (const { until } of [once, twice]) until(650);
    expect(twice.ended).toEqual([once.ended[0], once.ended[0]]);
  });

  it("say that there was nothing where there was nothing", () => {
    const { call, until, ended } = open({ scripted: [] });
    call(4, 600);
    until(650);
    expect(ended[0]).toMatch(/^4 nothing/);
  });

  it("feel whether a room is warm enough, whatever its sensor says", () => {
    const drift: Scripted = { kind: "drift", scored_day: 0, at_min: 400, lasts_min: 700, rooms: [4] };
    const climate = (warmth: (building: Building) => void): string | undefined => {
      const { building, responders, until } = open({ scripted: [drift] });
      const ended: string[] = [];
      warmth(building);
      const ask = { kind: "climate", room: 4, visit: undefined, due: 600, asked: 500 } as const;
      responders.call({ ...ask, ended: (result: JobResult) => ended.push(result) });
      until(650);
      return ended[0];
    };
    expect(climate((building) => (building.temperature[4] = building.comfort.setpoint))).toBe("nothing");
    expect(climate((building) => (building.temperature[4] = building.comfort.ready[0] - 8))).toBe("mended");
  });

  it("do not come where nobody is on duty, nor where they were told not to", () => {
    const none = open({ remote: 0 });
    none.call(0, 600);
    none.until(650);
    expect(none.ended).toEqual([]);
    const busy = open({ remote: 1 });
    busy.call(0, 510);
    const job = {
      kind: "codec",
      room: 1,
      visit: undefined,
      due: 600,
      asked: 500,
      ended: () => busy.ended.push("called off"),
    } as const;
    busy.responders.call(job);
    busy.until(500);
    busy.responders.cancel(job);
    busy.until(650);
    expect(busy.ended).toHaveLength(1);
    expect(busy.ended[0]).toMatch(/^0/);
  });
});
