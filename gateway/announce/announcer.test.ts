import { beforeEach, describe, expect, it } from "vitest";
import type { Alert } from "#contract/messages/alert.ts";
import type { DoorSign } from "#contract/messages/door.ts";
import type { DemoReadiness, RoomReadiness, Verdict } from "#contract/messages/readiness.ts";
import type { Demo, RoomCard } from "#contract/messages/room.ts";
import { hours, instant, later, minutes, rfc3339 } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { parsePayload } from "#contract/wire.ts";
import { Announcer } from "./announcer.ts";
import { AnnounceConfig } from "./config.ts";

const NOW = instant(Date.UTC(2026, 10, 23, 8));
const at = (min: number): string => rfc3339(later(NOW, minutes(min)));
const card: RoomCard = { name: "Atrium", floor: "3", zone: "UTC", seats: 8, capabilities: [], devices: [] };
const demo: Demo = { id: "d1", title: "Acme", start: at(60), arrival: at(60), end: at(120), needs: {} };
const verdict = (outcome: Verdict["outcome"]): Verdict => ({
  outcome,
  score: outcome === "ready" ? 100 : 39,
  score_hi: 100,
  confidence: 1,
  sentence: `It is ${outcome}.`,
  checks: [],
});
const readiness = (outcome: Verdict["outcome"], status: DemoReadiness["status"] = "ready"): RoomReadiness => ({
  at: at(0),
  now: verdict(outcome),
  demos: [
    {
      demo: "d1",
      start: demo.start,
      arrival: demo.arrival,
      end: demo.end,
      status,
      sentence: "x",
      verdict: verdict(outcome),
      p_ready: 0.987,
      basis: "learned",
      causes: [],
      ...(status === "at_risk" && { act_by: at(30) }),
    },
  ],
  evidence: [],
  findings: [],
});
const alert = (status: Alert["status"], rooms: string[]): Alert =>
  ({ id: "a1", status, rooms, cause: "switch:s" }) as unknown as Alert;

let clock: VirtualClock;
let doors: { room: string; sign: DoorSign | undefined }[];
let raws: { topic: string; payload: string }[];
const announcer = (config: object): Announcer =>
  new Announcer({
    clock,
    config: AnnounceConfig.parse(config),
    door: ({ site, room }, sign) => void doors.push({ room: `${site}/${room}`, sign }),
    raw: (topic, payload) => void raws.push({ topic, payload }),
  });
const room = (name: string): Parameters<Announcer["judged"]>[0] => ({ site: "hq", room: name, card, demos: [demo] });

beforeEach(() => {
  clock = new VirtualClock(NOW);
  doors = [];
  raws = [];
});

describe("a door sign", () => {
  it("says how the room is and what comes next, without the client's name", () => {
    announcer({}).judged(room("atrium"), readiness("not_ready", "at_risk"));
    const sign = doors[0]?.sign;
    expect(sign).toMatchObject({
      name: "Atrium",
      outcome: "not_ready",
      score: 39,
      next_status: "at_risk",
      next_start: demo.start,
      next_act_by: at(30),
      next_p_ready: 0.99,
      alerts: 0,
    });
    expect(JSON.stringify(sign)).not.toContain("Acme");
    expect(parsePayload("door", JSON.stringify(sign))).toMatchObject({ ok: true });
    expect(raws).toEqual([]);
  });

  it("shows the title where the site wants it", () => {
    announcer({ titles: true }).judged(room("atrium"), readiness("ready"));
    expect(doors[0]?.sign?.next_title).toBe("Acme");
  });

  it("is said again only when something but the moment is new, and forgets a visit that is over", () => {
    const tells = announcer({});
    tells.judged(room("atrium"), readiness("ready"));
    clock.advance(minutes(1));
    tells.judged(room("atrium"), readiness("ready"));
    expect(doors).toHaveLength(1);
    clock.advance(hours(3));
    tells.judged(room("atrium"), readiness("ready"));
    expect(doors).toHaveLength(2);
    expect(doors[1]?.sign).not.toHaveProperty("next_start");
  });

  it("counts an alert in every room that it takes along, until it is resolved", () => {
    const tells = announcer({});
    for (const name of ["a", "b", "c"]) tells.judged(room(name), readiness("ready"));
    doors = [];
    tells.alert({ site: "hq", room: "a", id: "a1" }, alert("open", ["hq/a", "hq/b"]));
    tells.alert({ site: "hq", room: "a", id: "a1" }, alert("acknowledged", ["hq/a", "hq/b"]));
    expect(doors.map(({ room: name, sign }) => [name, sign?.alerts])).toEqual([
      ["hq/a", 1],
      ["hq/b", 1],
    ]);
    tells.alert({ site: "hq", room: "a", id: "a1" }, alert("resolved", ["hq/a", "hq/b"]));
    tells.alert({ site: "hq", room: "a", id: "a1" }, undefined);
    expect(doors.slice(2).map(({ sign }) => sign?.alerts)).toEqual([0, 0]);
  });
});

describe("Home Assistant", () => {
  it("finds each room as one device whose sensors read the door sign and end with the gateway", () => {
    const tells = announcer({ home_assistant: {} });
    tells.judged(room("atrium"), readiness("ready"));
    tells.judged(room("atrium"), readiness("not_ready"));
    expect(raws.map(({ topic }) => topic)).toEqual(["homeassistant/device/greenroom_hq_atrium/config"]);
    const found = JSON.parse(raws[0]?.payload ?? "") as {
      state_topic: string;
      availability: { topic: string }[];
      cmps: Record<string, { p: string; unique_id: string; value_template: string }>;
    };
    expect(found.state_topic).toBe("greenroom/v1/hq/atrium/door");
    expect(found.availability[0]?.topic).toBe("greenroom/v1/hq/agents/gateway/state");
    const ids = Object.values(found.cmps).map((component) => component.unique_id);
    expect(new Set(ids).size).toBe(ids.length);
    const keys = Object.values(found.cmps).flatMap(({ value_template }) => [
      ...value_template.matchAll(/value_json\.(\w+)/g),
    ]);
    const sign = doors[0]?.sign ?? {};
    for (const [, key = ""] of keys) expect([...Object.keys(sign), "next_act_by"]).toContain(key);
  });

  it("loses a room that is taken away, and is told everything again by a broker that forgot", () => {
    const tells = announcer({ home_assistant: { prefix: "ha" } });
    tells.judged(room("atrium"), readiness("ready"));
    tells.tellAgain();
    expect([doors.length, raws.length]).toEqual([2, 2]);
    tells.forget("hq", "atrium");
    expect(raws.at(-1)).toEqual({ topic: "ha/device/greenroom_hq_atrium/config", payload: "" });
    expect(doors.at(-1)).toEqual({ room: "hq/atrium", sign: undefined });
  });
});
