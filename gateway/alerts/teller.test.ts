import { describe, expect, it } from "vitest";
import { silentLog } from "#contract/log.ts";
import type { Alert } from "#contract/messages/alert.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { clockTime, memberOf, wireTime } from "./desk-fixture.ts";
import { FakeNotifier } from "./fake-notifier.ts";
import { raised } from "./life.ts";
import { defaultPolicy } from "./policy.ts";
import { Teller } from "./teller.ts";

const teller = new Teller({
  clock: new VirtualClock(clockTime("12:30")),
  log: silentLog,
  policy: defaultPolicy,
  notifier: new FakeNotifier(),
  durable: () => Promise.resolve(),
  update: () => {},
  hold: () => undefined,
  again: () => {},
  cardOf: () => undefined,
});

/** An alert that has come back once, with what became of its messages: "1.raised.owner unconfirmed", at noon, and each a minute later. */
function alertWith(...messages: string[]): Alert {
  const alert = raised({ site: "hq", cause: "temperature", members: [memberOf()] }, "a1", {}, clockTime("12:00"));
  const notifications = messages.map((each, i) => {
    const [key = "", state = ""] = each.split(" ");
    return { key: `a1.${key}`, channel: "fake", to: "x@test", at: wireTime(`12:0${i}`), state };
  });
  return { ...alert, episode: 1, notifications: notifications as Alert["notifications"] };
}

describe("whether the owner has been told is doubtful", () => {
  it("from the first message to an owner on of which nobody knows whether it arrived", () => {
    expect(teller.troubledAt(alertWith())).toBeUndefined();
    expect(teller.troubledAt(alertWith("1.raised.owner unconfirmed"))).toBe(clockTime("12:00"));
    expect(teller.troubledAt(alertWith("1.woken-k3.owner unconfirmed"))).toBe(clockTime("12:00"));
    const two = alertWith("1.raised.owner unconfirmed", "1.raised.deputy unconfirmed");
    expect(teller.troubledAt(two)).toBe(clockTime("12:00"));
  });

  it("no more once any message to an owner has arrived", () => {
    expect(teller.troubledAt(alertWith("1.raised.owner unconfirmed", "1.woken-k3.owner sent"))).toBeUndefined();
  });

  it("whatever became of messages to others, or of those before it came back", () => {
    for (const other of ["1.lead.lead", "1.past_act_by.second", "1.offer_move.host", "0.raised.owner"]) {
      expect(teller.troubledAt(alertWith(`${other} unconfirmed`))).toBeUndefined();
      const both = alertWith("1.raised.owner unconfirmed", `${other} sent`);
      expect([other, teller.troubledAt(both)]).toEqual([other, clockTime("12:00")]);
    }
  });

  it("but not because one is on its way, or failed before a restart and is tried again", () => {
    for (const state of ["sending", "failed"])
      expect(teller.troubledAt(alertWith(`1.raised.owner ${state}`))).toBeUndefined();
  });
});
