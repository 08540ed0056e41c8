import { describe, expect, it } from "vitest";
import type { Booking, Needs } from "#contract/messages/room.ts";
import { instant } from "#contract/units.ts";
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
    expect(missing.tells(needs)).toBe("Not reset when the client came at 11:00.");
    const done = passes(bench(), 60).says({ reset_pressed: true });
    expect(found(passes(passes(done, 59), 20, true))).toBe("ready OK");
    expect(done.tells(needs)).toBe("The visit is on.");
    const late = bench().waits(120);
    late.settled.set("reset_visit:acme", { outcome: "not_ready", code: "NOT_RESET", since: NINE, pending: undefined });
    expect(late.tells(needs)).toBe("Not reset when the client came at 11:00.");
  });

  it("counts since somebody pressed, or since it was due, at half of its worth until then", () => {
    const room = bench();
    expect(room.finds(needs)).toMatchObject({ quality: 0.5, part: { quality: 0.5, device: "button" } });
    expect(room.finds(needs)?.part).not.toHaveProperty("from");
    passes(room, 115);
    expect(room.finds(needs)).toMatchObject({ since: NINE + 110 * 60_000, part: { quality: 0 } });
    room.says({ reset_pressed: true });
    room.waits(1);
    expect(room.finds(needs)).toMatchObject({ since: NINE + 115 * 60_000, part: { quality: 1 } });
  });

  it("is looked at again when the booking ends, when it is due and when the client comes, and rests on people", () => {
    const room = bench([booked(20, 60)]);
    expect(room.wakes(needs)).toEqual([60, 110, 120]);
    expect(bench().wakes(needs)).toEqual([110, 120]);
    expect(passes(bench(), 121).wakes(needs)).toEqual([]);
    const reads = room.requires(needs)?.reads;
    expect([reads?.people, reads?.slots.map(({ metric }) => metric)]).toEqual([true, ["reset_pressed"]]);
    const cleaned = passes(bench(), 5, true).says({ reset_pressed: true });
    expect(cleaned.wakes(needs)).toEqual([15, 110, 120]);
  });

  it("is told by the last press of several buttons, and by the button that is heard best", () => {
    const second = { ...button, device: "second", name: "The other button" };
    const room = new Bench(resetVisit, { devices: [button, second] });
    room.demo = demoIn(120);
    const says = (device: string, minute: number, reset_pressed: boolean): void => {
      const when = instant(NINE + minute * 60_000);
      room.room.takeReading(device, { at: "", metrics: { reset_pressed } }, when, when);
    };
    says("button", 0, false);
    says("second", 0, false);
    expect(room.finds(needs)?.part.device).toBe("button");
    room.now = instant(NINE + 10 * 60_000);
    says("second", 10, false);
    says("button", -500, false);
    expect(room.finds(needs)?.part.device).toBe("button");
    says("second", 12, true);
    says("button", 11, true);
    room.now = instant(NINE + 20 * 60_000);
    expect(room.tells(needs)).toBe("Reset at 09:12.");
    says("button", 13, true);
    expect(room.tells(needs)).toBe("Reset at 09:13.");
  });

  it("goes on being told by the button that still speaks, when another falls silent", () => {
    const second = { ...button, device: "second", name: "The other button" };
    const room = new Bench(resetVisit, { devices: [button, second] });
    room.demo = demoIn(600);
    room.says({ reset_pressed: false }).waits(400);
    room.room.takeReading("second", { at: "", metrics: { reset_pressed: false } }, room.now, room.now);
    expect(room.finds(needs)).toMatchObject({ outcome: "degraded", freshness: 1, part: { device: "second" } });
  });

  it("counts from the minute in which the booking before is over", () => {
    const room = bench([booked(20, 60)]);
    passes(room, 59);
    expect(room.tells(needs)).toBe("Booked until 10:00; to be reset after that, by 10:50.");
    passes(room, 1);
    expect(room.tells(needs)).toBe("Not reset yet since the room was last used; to be done by 10:50.");
    const unseen = bench([booked(20, 60)])
      .waits(60)
      .says({ reset_pressed: true })
      .waits(10);
    expect(found(unseen)).toBe("ready OK");
    expect(found(bench().says({ reset_pressed: true }, 1).waits(70))).toBe("ready OK");
  });

  it("says of a button that cannot be heard what cannot be told, and why", () => {
    const room = bench();
    room.room.takeDeviceState("button", { at: at(0), state: "offline" }, room.now);
    expect(room.finds(needs)?.part).toMatchObject({ key: "reset_visit:acme", cause: "reset_visit:acme" });
    expect(room.tells(needs)).toBe(
      "Can't tell whether the room has been reset: Reset button does not answer since 09:00; last report 09:00.",
    );
    const mute = bench();
    mute.demo = demoIn(600);
    expect(found(passes(mute, 400))).toBe("unknown STALE");
    const down = bench();
    down.room.takeDeviceState("button", { at: at(0), state: "online", agent: "pi" }, down.now);
    down.agents.take("hq", "pi", { at: at(0), state: "offline" }, { at: down.now, retained: false });
    expect(found(down)).toBe("unknown AGENT_DOWN");
    const online = bench();
    online.room.takeDeviceState("button", { at: at(0), state: "online" }, online.now);
    online.demo = demoIn(600);
    expect(passes(online, 400).finds(needs)).toMatchObject({ outcome: "degraded", freshness: 1 });
    expect(online.finds(needs)?.part).not.toHaveProperty("device");
  });
});

describe("a reset, and who is in the room", () => {
  it("stays made when whoever made it leaves within ten minutes, and not later", () => {
    const leaves = (after: number): string => {
      const room = passes(bench(), 5, true).says({ reset_pressed: true });
      passes(room, after - 1, true);
      return found(passes(room, 3));
    };
    expect(leaves(10)).toBe("ready OK");
    expect(leaves(11)).toBe("degraded NOT_YET_RESET");
  });

  it("is made by somebody who is seen in the room from the moment of the press", () => {
    const room = passes(bench(), 5);
    room.says({ occupied: true, reset_pressed: true }, 1).finds(needs);
    expect(found(passes(room, 4, true))).toBe("ready OK");
  });

  it("is undone at once by somebody who comes in after it", () => {
    const room = passes(bench(), 30).says({ reset_pressed: true });
    passes(room, 4);
    expect(found(passes(room, 3, true))).toBe("degraded NOT_YET_RESET");
  });

  it("that was undone does not come back when the visit is near", () => {
    const room = passes(bench(), 5, true).says({ reset_pressed: true });
    passes(passes(room, 5), 20, true);
    expect(found(passes(room, 77))).toBe("degraded NOT_YET_RESET");
  });

  it("is not undone by those who come from a quarter of an hour before arrival, also if nobody looked meanwhile", () => {
    const unseen = (come: number): string => {
      const room = passes(bench(), 104).says({ reset_pressed: true });
      for (let minute = 105; minute <= 110; minute++) room.says({ occupied: minute >= come }, 1);
      room.settled.set("occupancy", {
        outcome: "not_ready",
        code: "",
        since: instant(NINE + come * 60_000),
        pending: undefined,
      });
      return found(room);
    };
    expect(unseen(105)).toBe("ready OK");
    expect(unseen(106)).toBe("ready OK");
    const before = passes(bench(), 100).says({ reset_pressed: true });
    before.settled.set("occupancy", {
      outcome: "not_ready",
      code: "",
      since: instant(NINE + 104 * 60_000),
      pending: undefined,
    });
    expect(found(before.says({ occupied: true }, 6))).toBe("degraded NOT_YET_RESET");
  });

  it("that was well at a quarter to is so at the quarter: people who came a minute early are the visit's own", () => {
    const room = passes(bench(), 60).says({ reset_pressed: true });
    passes(room, 42);
    expect(found(passes(room, 3, true))).toBe("ready OK");
    const early = passes(bench(), 60).says({ reset_pressed: true });
    passes(early, 41);
    expect(found(passes(early, 3, true))).toBe("degraded NOT_YET_RESET");
  });

  it("goes by the bookings when the sensor falls silent", () => {
    const room = bench([booked(20, 60)]).says({ reset_pressed: true }, 1);
    room.finds(needs);
    expect(found(room.waits(70))).toBe("degraded NOT_YET_RESET");
  });
});
