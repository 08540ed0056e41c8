import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matches } from "#contract/bus.ts";
import { kinds, topicOf, wire } from "#contract/wire.ts";
import { decidePublish, decideSubscribe, makeParty, mayReceive } from "./access.ts";

const party = makeParty("agent-1", "laptop", { rooms: ["hq/atrium", "lab/studio"] });
const own = { site: "hq", room: "atrium", device: "codec", agent: "agent-1", id: "a1" };

describe("who may publish what", () => {
  test.each(kinds)("%s: an agent's own rooms and itself, if agents speak it", (kind) => {
    const decision = decidePublish(topicOf(kind, own), party);
    expect(decision.ok).toBe(wire[kind].from === "agent");
  });

  test.each([
    ["greenroom/v1/hq/boardroom/codec/reading", "NOT_ALLOWED"],
    ["greenroom/v1/lab/atrium/codec/reading", "NOT_ALLOWED"],
    ["greenroom/v1/hq/agents/agent-2/state", "NOT_ALLOWED"],
    ["greenroom/v1/elsewhere/agents/agent-1/state", "NOT_ALLOWED"],
    ["greenroom/v1/hq/atrium/readiness", "NOT_ALLOWED"],
    ["greenroom/v1/hq/atrium/alerts/a1/reply", "NOT_ALLOWED"],
    ["greenroom/v1/hq/agents/agent-1/committed", "NOT_ALLOWED"],
    ["greenroom/v1/hq/atrium/codec/readings", "WRONG_TOPIC"],
    ["greenroom/v1/hq/Atrium/codec/reading", "WRONG_TOPIC"],
    ["greenroom/v2/hq/atrium/codec/reading", "WRONG_TOPIC"],
    ["zigbee2mqtt/sensor", "WRONG_TOPIC"],
    ["$SYS/broker/version", "WRONG_TOPIC"],
    ["greenroom/settled/somebody-else", "WRONG_TOPIC"],
    ["", "WRONG_TOPIC"],
  ])("%s is refused with %s and a reason", (topic, code) => {
    const decision = decidePublish(topic, party);
    expect(decision).toMatchObject({ ok: false, code });
    expect(decision.ok ? "" : decision.why).not.toBe("");
  });
});

describe("who may subscribe to what", () => {
  test.each([
    "greenroom/v1/hq/atrium/codec/command",
    "greenroom/v1/hq/atrium/+/command",
    "greenroom/v1/hq/+/+/command",
    "greenroom/v1/+/+/+/command",
    "greenroom/v1/hq/agents/agent-1/committed",
    "greenroom/v1/hq/agents/+/committed",
    "greenroom/v1/hq/agents/agent-1/state",
    "greenroom/v1/+/atrium/+/command",
    "greenroom/settled/laptop",
  ])("%s is granted", (filter) => expect(decideSubscribe(filter, party)).toEqual({ ok: true }));

  test.each([
    "#",
    "greenroom/#",
    "greenroom/v1/hq/#",
    "+/+/+/+/+/+",
    "greenroom/v1/hq/atrium/+/reading",
    "greenroom/v1/hq/atrium/readiness",
    "greenroom/v1/hq/boardroom/+/command",
    "greenroom/v1/elsewhere/+/+/command",
    "greenroom/v1/hq/agents/agent-2/committed",
    "greenroom/v1/hq/agents/agent-2/state",
    "greenroom/v1/hq/+/agent-1/state",
    "greenroom/v1/+/boardroom/+/command",
    "$share/group/greenroom/v1/hq/atrium/codec/command",
    "$SYS/#",
    "greenroom/settled/+",
    "greenroom/settled/somebody-else",
  ])("%s is refused", (filter) => expect(decideSubscribe(filter, party)).toMatchObject({ ok: false }));

  test("whatever is granted, only one's own commands and committed come through", () => {
    const part = fc.constantFrom(
      "+",
      "hq",
      "lab",
      "atrium",
      "studio",
      "boardroom",
      "agents",
      "agent-1",
      "agent-2",
      "codec",
    );
    const filter = fc.tuple(part, part, part, fc.constantFrom("command", "committed", "reading", "state", "+", "#"));
    const name = fc.constantFrom("hq", "lab", "atrium", "studio", "boardroom", "agent-1", "agent-2", "codec");
    const kind = fc.constantFrom(...kinds);
    const law = fc.property(filter, kind, name, name, name, (parts, kind, site, room, thing) => {
      const asked = `greenroom/v1/${parts.join("/")}`;
      const topic = topicOf(kind, { site, room, device: thing, agent: thing, id: "a1" });
      const comes = decideSubscribe(asked, party).ok && matches(asked, topic) && mayReceive(topic, party);
      if (!comes) return;
      if (kind === "committed" || kind === "agentState") expect(thing).toBe("agent-1");
      else expect([kind, party.rooms.has(`${site}/${room}`)]).toEqual(["command", true]);
    });
    fc.assert(law, { numRuns: 2_000 });
  });
});

describe("vendor gear", () => {
  const gear = makeParty("zigbee2mqtt", "z2m", {
    rooms: [],
    gear: { filters: ["zigbee2mqtt/#", "+/online", "#"], listens: ["+/rpc"] },
  });

  test("publishes and hears below its own filters", () => {
    expect(decidePublish("zigbee2mqtt/Ada air/availability", gear)).toEqual({ ok: true, kind: "gear" });
    for (const filter of ["zigbee2mqtt/#", "zigbee2mqtt/+/set", "shelly-1/online", "shelly-1/rpc"])
      expect(decideSubscribe(filter, gear)).toEqual({ ok: true });
    expect(mayReceive("zigbee2mqtt/Ada air/set", gear)).toBe(true);
  });

  test("never reaches Greenroom's own topics or the broker's, whatever its filters say", () => {
    for (const topic of [
      "greenroom/v1/hq/atrium/air/reading",
      "greenroom/online",
      "greenroom/v1/hq/agents/zigbee2mqtt/state",
      "$SYS/x",
    ]) {
      expect(decidePublish(topic, gear)).toMatchObject({ ok: false });
      expect(mayReceive(topic, gear)).toBe(topic.endsWith("/agents/zigbee2mqtt/state"));
    }
    for (const filter of [
      "#",
      "+/#",
      "+/v1/#",
      "greenroom/#",
      "greenroom/v1/+/+/+/reading",
      "$SYS/#",
      "$share/g/zigbee2mqtt/#",
    ])
      expect(decideSubscribe(filter, gear)).toMatchObject({ ok: false });
  });

  test("gives nothing to a key that is not the map's", () => {
    expect(decidePublish("zigbee2mqtt/Ada air", party)).toMatchObject({ ok: false, code: "WRONG_TOPIC" });
    expect(decideSubscribe("zigbee2mqtt/#", party)).toMatchObject({ ok: false });
    expect(mayReceive("zigbee2mqtt/Ada air", party)).toBe(false);
  });
});
