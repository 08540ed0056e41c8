import { describe, expect, it } from "vitest";
import type { RoomCard } from "#contract/messages/room.ts";
import { acme, clockTime, demoAt, harbour, wireTime } from "../alerts/desk-fixture.ts";
import { findAlternatives, type RoomToOffer } from "./find-alternatives.ts";

const room = (key: string, card: Partial<RoomCard> = {}, more: Partial<RoomToOffer> = {}): RoomToOffer => ({
  key: `hq/${key}`,
  site: "hq",
  card: { ...harbour, name: key, ...card },
  demos: [],
  bookings: [],
  windows: [],
  ...more,
});
const span = (from: string, to: string) => ({ start: wireTime(from), end: wireTime(to) });

interface Site {
  rooms: RoomToOffer[];
  chances?: Record<string, number>;
  kept?: string[];
  p_ready?: number;
  demo?: typeof acme;
}

const search = ({ rooms, chances = {}, kept = [], p_ready = 0.1, demo = acme }: Site) =>
  findAlternatives(
    { roomKey: "hq/harbour", demo, p_ready },
    {
      rooms: [room("harbour"), ...rooms],
      chanceOf: (key) => chances[key] ?? 0.95,
      isFree: (key) => !kept.includes(key),
      now: clockTime("13:00"),
    },
  );
const names = (site: Site): string[] => search(site).map((each) => each.name);

describe("other rooms for a visit", () => {
  it("are ranked by chance, fit, way and who gives way", () => {
    const found = search({
      rooms: [
        room("far", { floor: "3" }),
        room("near"),
        room("booked", {}, { bookings: [span("13:30", "14:30")] }),
        room("hall", { seats: 60 }),
        room("shaky"),
      ],
      chances: { "hq/shaky": 0.6 },
    });
    expect(found.map((each) => each.name)).toEqual(["near", "far", "booked", "shaky", "hall"]);
    expect(found[0]).toEqual({
      room: "hq/near",
      name: "near",
      floor: "12",
      p_ready: 0.95,
      fit: 1,
      storeys: 0,
      displaces: 0,
    });
    expect(found[1]?.storeys).toBe(9);
    expect(found[2]?.displaces).toBe(1);
    expect(found[4]?.fit).toBe(0.5);
  });

  it("never take another visit's room, a closed one, one kept for somebody, or one of another site", () => {
    const rooms = [
      room("visited", {}, { demos: [demoAt("other", "13:30", "14:01")] }),
      room("closed", {}, { windows: [{ id: "w", ...span("14:30", "16:00"), reason: "x" }] }),
      room("kept"),
      room("elsewhere", {}, { key: "berlin/elsewhere", site: "berlin" }),
      room("gone", {}, { card: undefined }),
      room("just-free", {}, { demos: [demoAt("early", "13:00", "14:00"), demoAt("late", "15:00", "16:00")] }),
    ];
    expect(names({ rooms, kept: ["hq/kept"] })).toEqual(["just-free"]);
  });

  it("have the seats and the gear that the visit says, or that it would have found in its own room", () => {
    const rooms = [room("six", { seats: 6 }), room("five", { seats: 5 }), room("bare", { capabilities: [] })];
    expect(names({ rooms })).toEqual(["six"]);
    const modest = { ...acme, needs: { people: 3, capabilities: [] } };
    expect(names({ rooms, demo: modest })).toEqual(["five", "six", "bare"]);
  });

  it("are better than its own", () => {
    const rooms = [room("poor"), room("same")];
    const chances = { "hq/poor": 0.49, "hq/same": 0.75 };
    expect(names({ rooms, chances, p_ready: 0.1 })).toEqual(["same"]);
    expect(names({ rooms, chances, p_ready: 0.7 })).toEqual([]);
  });

  it("are five at most, and only the most promising are judged", () => {
    let judged = 0;
    const rooms = Array.from({ length: 40 }, (_, i) => room(`r${String(i).padStart(2, "0")}`));
    const found = findAlternatives(
      { roomKey: "hq/harbour", demo: acme, p_ready: 0 },
      {
        rooms: [room("harbour"), ...rooms],
        chanceOf: () => {
          judged += 1;
          return 0.9;
        },
        isFree: () => true,
        now: clockTime("13:00"),
      },
    );
    expect(found.map((each) => each.name)).toEqual(["r00", "r01", "r02", "r03", "r04"]);
    expect(judged).toBe(12);
  });

  it("tell the metres where the plan is known, and ask for no reset", () => {
    const asked: unknown[] = [];
    const at = (x_m: number) => ({ place: { storey: 2, x_m, y_m: 0 } });
    const [found] = findAlternatives(
      { roomKey: "hq/harbour", demo: { ...acme, needs: { reset_visit: true } }, p_ready: 0 },
      {
        rooms: [room("harbour", at(0)), room("near", at(34.4))],
        chanceOf: (_key, { needs }) => {
          asked.push(needs);
          return 0.9;
        },
        isFree: () => true,
        now: clockTime("13:00"),
      },
    );
    expect(found).toMatchObject({ metres: 34, storeys: 0 });
    expect(asked).toEqual([{ people: 6, capabilities: ["display"], reset_visit: false }]);
  });
});
