import { describe, expect, it } from "vitest";
import type { Booking, Needs } from "#contract/messages/room.ts";
import { Bench, button, demoIn, NINE, testCard } from "./check-fixture.ts";
import { resetVisit } from "./reset-visit.ts";

const needs: Needs = { reset_visit: true };
const at = (minutes: number): string => new Date(NINE + minutes * 60_000).toISOString();
const booked = (from: number, to: number): Booking => ({ start: at(from), end: at(to) });

/** A visit at 11:00 that needs a reset, in a room with a button and nobody in. */
function bench(bookings: Booking[] = []): Bench {
  const made = new Bench(resetVisit, { devices: [...testCard.devices, button] });
  made.demo = demoIn(120);
  made.room.takeDemos([], bookings);
  return made.says({ reset_pressed: false, occupied: false });
}

/** Minutes in which the room's sensor says the same and it is judged each time. */
function passes(room: Bench, minutes: number, occupied = false): Bench {
  for (let minute = 0; minute < minutes; minute++) {
    room.says({ occupied }, 1);
    room.finds(needs);
  }
  return room;
}

const found = (room: Bench): string => {
  const row = room.finds(needs);
  return `${row?.outcome} ${row?.code}`;
};

describe("a reset visit", () => {
  it("is asked only where the visit needs it", () => {
    expect(bench().finds({})).toBeUndefined();
    expect(bench().finds(needs)).toMatchObject({ hard: true, weight: 8, part: { cause: "reset_visit:acme" } });
    expect(new Bench(resetVisit).finds(needs)).toBeUndefined();
  });

  it("is not yet until ten minutes before arrival, and missing from then on", () => {
    const room = bench();
    expect(found(room)).toBe("degraded NOT_YET_RESET");
    expect(room.tells(needs)).toBe("Not reset yet since the room was last used; to be done by 10:50.");
    expect(found(passes(room, 109))).toBe("degraded NOT_YET_RESET");
    expect(found(passes(room, 1))).toBe("not_ready NOT_RESET");
    expect(room.tells(needs)).toBe("Nobody has reported that the room was reset; the client comes at 11:00.");
    expect(found(passes(room, 9))).toBe("not_ready NOT_RESET");
  });

  it("is done by a press, and stays done when the button says hourly that it is not pressed", () => {
    const room = passes(bench(), 30).says({ reset_pressed: true });
    expect(found(room)).toBe("ready OK");
    expect(room.tells(needs)).toBe("Reset at 09:30.");
    passes(room, 60).says({ reset_pressed: false });
    expect(found(passes(room, 25))).toBe("ready OK");
  });

  it("does not get lost when the button falls silent", () => {
    const room = passes(bench(), 30).says({ reset_pressed: true });
    room.room.takeDeviceState("button", { at: at(31), state: "offline" }, room.now);
    expect(found(passes(room, 60))).toBe("ready OK");
  });

  it("is undone by whoever uses the room after it, but not by whoever made it", () => {
    const cleaned = passes(bench(), 5, true).says({ reset_pressed: true });
    expect(found(passes(cleaned, 4, true))).toBe("ready OK");
    expect(found(passes(cleaned, 10))).toBe("ready OK");
    expect(found(passes(cleaned, 5, true))).toBe("degraded NOT_YET_RESET");
    expect(found(passes(cleaned, 10))).toBe("degraded NOT_YET_RESET");
    expect(found(cleaned.says({ reset_pressed: true }))).toBe("ready OK");
  });

  it("is undone by whoever stays on after it", () => {
    const room = passes(bench(), 5, true).says({ reset_pressed: true });
    expect(found(passes(room, 9, true))).toBe("ready OK");
    expect(found(passes(room, 1, true))).toBe("degraded NOT_YET_RESET");
  });

  it("is not undone by the visit's own people, who come a little early", () => {
    const room = passes(bench(), 60).says({ reset_pressed: true });
    passes(room, 47);
    expect(found(passes(room, 5, true))).toBe("ready OK");
    expect(found(passes(room, 5))).toBe("ready OK");
    expect(found(passes(room, 2, true))).toBe("ready OK");
  });

  it("counts only after the booking before", () => {
    const room = bench([booked(20, 60)]).says({ reset_pressed: true }, 1);
    expect(found(room)).toBe("degraded NOT_YET_RESET");
    expect(room.tells(needs)).toBe("Booked until 10:00; to be reset after that, by 10:50.");
    expect(found(passes(passes(room, 58, true), 10))).toBe("degraded NOT_YET_RESET");
    expect(found(room.says({ reset_pressed: true }))).toBe("ready OK");
  });

  it("still counts after a booking that nobody came to", () => {
    const room = bench([booked(20, 60)]).says({ reset_pressed: true }, 1);
    expect(found(passes(room, 61))).toBe("ready OK");
  });

  it("goes by the bookings while no sensor tells of people", () => {
    const room = bench([booked(20, 60)])
      .says({ reset_pressed: true }, 1)
      .waits(70);
    expect(found(room)).toBe("degraded NOT_YET_RESET");
    expect(found(room.says({ reset_pressed: true }))).toBe("ready OK");
  });

  it("is unknown when the button cannot be heard, and when there is none", () => {
    const room = bench();
    room.room.takeDeviceState("button", { at: at(0), state: "offline" }, room.now);
    expect(found(room)).toBe("unknown DEVICE_OFFLINE");
    const bare = new Bench(resetVisit);
    bare.demo = demoIn(120);
    expect(found(bare)).toBe("unknown NEVER_REPORTED");
  });

  it("is not unknown while a button that speaks only when pressed is online", () => {
    const room = bench();
    room.room.takeDeviceState("button", { at: at(0), state: "online" }, room.now);
    room.demo = demoIn(600);
    expect(found(passes(room, 400))).toBe("degraded NOT_YET_RESET");
  });

  it("is as it was found, once the visit is on", () => {
    const missing = passes(bench(), 119);
    expect(found(passes(missing, 2, true))).toBe("not_ready NOT_RESET");
    expect(found(missing.says({ reset_pressed: true }))).toBe("not_ready NOT_RESET");
    const done = passes(bench(), 60).says({ reset_pressed: true });
    expect(found(passes(passes(done, 59), 20, true))).toBe("ready OK");
  });
});
