import { describe, expect, it } from "vitest";
import { silentLog } from "#contract/log.ts";
import type { Alert } from "#contract/messages/alert.ts";
import { later, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { Agenda } from "./agenda.ts";
import { AlertWriter } from "./alert-writer.ts";
import { Board } from "./board.ts";
import { clockTime, DeskStory, settle, wireTime } from "./desk-fixture.ts";
import { Incidents, newIncident } from "./incident.ts";
import { Moves } from "./moves.ts";
import { defaultPolicy } from "./policy.ts";

/** A board with one alert, which was published at 12:00. */
async function begin() {
  const clock = new VirtualClock(clockTime("12:00"));
  const wire: Alert[] = [];
  const publish = (_: string, alert: Alert): Promise<void> => Promise.resolve(void wire.push(alert));
  const writer = new AlertWriter({ clock, log: silentLog, publish, remove: () => Promise.resolve() });
  const incidents = new Incidents();
  const moves = new Moves({ find: undefined, demoOf: () => undefined });
  const board = new Board({ clock, policy: defaultPolicy, writer, incidents, moves });
  const incident = incidents.add(newIncident("hq/harbour|acme|temperature", "hq/harbour", "temperature"));
  const story = new DeskStory("12:50");
  await story.judge({ troubles: { acme: [{}] } });
  const alert = story.alert();
  board.put(incident, alert);
  await settle();
  /** At so many seconds after noon a figure is this. What is due later, if anything is. */
  const figure = async (at: number, sentence?: string): Promise<number | undefined> => {
    clock.advanceTo(later(clockTime("12:00"), seconds(at)));
    const agenda = new Agenda();
    const now = incident.alert ?? expect.fail("no alert");
    board.putSoon(incident, sentence === undefined ? now : { ...now, sentence }, agenda);
    await settle();
    return agenda.next === undefined ? undefined : (agenda.next - clockTime("12:00")) / 1_000;
  };
  const told = (): string[] => wire.map(({ sentence }) => sentence);
  return { board, incident, alert, wire, figure, told };
}

describe("a figure that moves", () => {
  it("is told when the last publication is a minute old, as it is then, and once", async () => {
    const s = await begin();
    expect(await s.figure(20, "18.2 °C")).toBe(60);
    expect(await s.figure(40, "18.3 °C")).toBe(60);
    expect(s.told()).toEqual([s.alert.sentence]);
    expect(await s.figure(60)).toBeUndefined();
    expect(s.told()).toEqual([s.alert.sentence, "18.3 °C"]);
    expect(s.wire.at(-1)?.at).toBe(wireTime("12:01"));
    for (const at of [61, 120, 600]) expect(await s.figure(at)).toBeUndefined();
    expect(s.wire).toHaveLength(2);
  });

  it("is told at once when nothing was for a minute, and goes along with what is news", async () => {
    const s = await begin();
    expect(await s.figure(90, "18.2 °C")).toBeUndefined();
    expect(s.told()).toEqual([s.alert.sentence, "18.2 °C"]);
    expect(await s.figure(100, "18.3 °C")).toBe(150);
    s.board.put(s.incident, s.incident.alert ?? s.alert);
    await settle();
    expect(await s.figure(160)).toBeUndefined();
    expect(s.told()).toEqual([s.alert.sentence, "18.2 °C", "18.3 °C"]);
  });
});

describe("what holds a message back", () => {
  it("is counted and shown once each time that it begins, until something else does or nothing", async () => {
    const s = await begin();
    const busy = { reason: "demo-running", note: "until 12:30" } as const;
    const work = { reason: "in-maintenance", note: "filter" } as const;
    for (const held of [busy, busy, undefined, undefined, busy, work, busy])
      s.board.noteHeld(s.incident, "raised", held);
    await settle();
    expect(Object.fromEntries(s.board.held)).toEqual({ "demo-running": 3, "in-maintenance": 1 });
    expect(s.incident.alert?.held).toEqual({ "demo-running": 3, "in-maintenance": 1 });
    const notes = s.incident.alert?.history.filter(({ event }) => event === "held").map(({ note }) => note);
    expect(notes).toEqual([
      "demo-running: until 12:30",
      "demo-running: until 12:30",
      "in-maintenance: filter",
      "demo-running: until 12:30",
    ]);
  });

  it("is counted for each thing that would be said, and before there is an alert", async () => {
    const s = await begin();
    const other = newIncident("hq/lake|beta|co2", "hq/lake", "co2");
    const busy = { reason: "demo-running", note: "until 12:30" } as const;
    for (const what of ["raised", "lead"]) s.board.noteHeld(other, what, busy);
    await settle();
    expect([other.held, other.alert, s.wire.length]).toEqual([{ "demo-running": 2 }, undefined, 1]);
  });
});
