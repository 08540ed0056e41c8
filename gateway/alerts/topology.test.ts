import { describe, expect, it } from "vitest";
import type { RoomCard } from "#contract/messages/room.ts";
import { harbour } from "./desk-fixture.ts";
import { isShared, parentsOf } from "./topology.ts";

const card: RoomCard = {
  ...harbour,
  ahu: "ahu-2",
  devices: [
    { device: "air", name: "Air", kind: "sensor", agent: "pi-3", upstream: "sw-12", room_air: true },
    { device: "proj-1", name: "Projector", kind: "projector", agent: "pi-4", upstream: "sw-13" },
    { device: "mic", name: "Microphone", kind: "microphone", agent: "pi-4" },
    { device: "pdu", name: "Power strip", kind: "pdu", upstream: "sw-14" },
  ] as RoomCard["devices"],
};
const silent = (cause: string): string[] => parentsOf(cause, card, true);
const known = (cause: string): string[] => parentsOf(cause, card, false);

describe("what explains a cause", () => {
  it("is the agent and the switch of a device that fell silent, nearest first", () => {
    expect(silent("display:proj-1")).toEqual(["agent:pi-4", "switch:sw-13"]);
    expect(silent("sensor:air/co2_ppm")).toEqual(["agent:pi-3", "switch:sw-12"]);
    expect(silent("audio:mic")).toEqual(["agent:pi-4"]);
    expect(silent("power:pdu")).toEqual(["switch:sw-14"]);
    expect(silent("display:unheard-of")).toEqual([]);
  });

  it("is, for an agent, the switches of its devices, and nothing for a switch", () => {
    expect(silent("agent:pi-4")).toEqual(["switch:sw-13"]);
    expect(silent("agent:pi-3")).toEqual(["switch:sw-12"]);
    expect(silent("switch:sw-12")).toEqual([]);
  });

  it("is the air handler for the climate, and where that fell silent what carries the room's air sensors too", () => {
    for (const cause of ["temperature", "co2", "humidity"]) {
      expect(known(cause)).toEqual(["ahu:ahu-2"]);
      expect(silent(cause)).toEqual(["ahu:ahu-2", "agent:pi-3", "switch:sw-12"]);
    }
    expect(parentsOf("temperature", harbour, false)).toEqual([]);
    expect(silent("noise")).toEqual(["agent:pi-3", "switch:sw-12"]);
  });

  it("is nothing for what is known to be broken", () => {
    expect(known("display:proj-1")).toEqual([]);
    expect(known("agent:pi-4")).toEqual([]);
  });
});

it("knows what belongs to a site and not to one room", () => {
  for (const kind of ["agent", "switch", "gateway", "broker", "link", "site", "floor", "power", "ahu"])
    expect([kind, isShared(`${kind}:x`), isShared(kind)]).toEqual([kind, true, false]);
  expect(isShared("display:x")).toBe(false);
});
