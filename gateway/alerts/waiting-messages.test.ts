import { describe, expect, it } from "vitest";
import type { Alert } from "#contract/messages/alert.ts";
import { wireTime } from "./desk-fixture.ts";
import type { Member } from "./finding.ts";
import { type Incident, newIncident } from "./incident.ts";
import type { Outgoing } from "./outgoing.ts";
import { WaitingMessages } from "./waiting-messages.ts";

const owner = { id: "owner", name: "Owner", channel: "mail", to: "owner@test" };
const incident = (key: string, benefit?: number, actBy?: string): Incident => {
  const one = newIncident(key, "hq/harbour", "co2");
  one.alert = { ...(benefit !== undefined && { benefit }), act_by: wireTime(actBy ?? "13:00") } as Alert;
  return one;
};
const message = (of: Incident, floor = "12", roomKey = "hq/harbour", contact = owner): Outgoing => ({
  incident: of,
  step: "raised",
  contact,
  first: { floor, roomKey } as Member,
});

describe("what waits for room in a contact's budget", () => {
  const waiting = (...some: Incident[]): WaitingMessages => {
    const all = new WaitingMessages();
    for (const each of some) all.add(each.key, message(each));
    return all;
  };

  it("is ahead of what is of less use; of equals what is due first, then always the same", () => {
    const [best, soon, late, twin, bare] = [
      incident("e", 0.9, "14:00"),
      incident("d", 0.5, "12:30"),
      incident("c", 0.5, "13:00"),
      incident("b", 0.5, "13:00"),
      incident("a"),
    ];
    const all = waiting(late, best, bare, twin, soon);
    expect([best, soon, twin, late, bare].map((each) => all.ahead("owner", each))).toEqual([0, 1, 2, 3, 4]);
    expect(all.ahead("owner", incident("x", 0.95))).toBe(0);
    expect(all.ahead("lead", bare)).toBe(0);
    const along = all.takeAlong(message(incident("z", 0.1)));
    expect(along.map(({ key }) => key)).toEqual(["e", "d", "b", "c", "a"]);
  });

  it("goes along with a message to the same person about the same floor of the same site, once", () => {
    const all = new WaitingMessages();
    const own = incident("own", 0.5);
    all.add("own", message(own));
    all.add("same", message(incident("same", 0.5)));
    all.add("above", message(incident("above", 0.5), "13"));
    all.add("nowhere", { ...message(incident("nowhere", 0.5)), first: undefined });
    all.add("elsewhere", message(incident("elsewhere", 0.5), "12", "annex/harbour"));
    all.add("other", message(incident("other", 0.5), "12", "hq/harbour", { ...owner, id: "lead" }));
    expect(all.takeAlong({ ...message(own), first: undefined })).toEqual([]);
    expect(all.takeAlong(message(own)).map(({ key }) => key)).toEqual(["same"]);
    expect(all.takeAlong(message(own))).toEqual([]);
    expect(all.cut("owner")).toBe(4);
    expect(all.cut("lead")).toBe(1);
    expect(new WaitingMessages().takeAlong(message(own))).toEqual([]);
  });

  it("goes along with whatever goes next where it only tells that something is over, and is of less use than all news", () => {
    const [gone, lasts, above] = [incident("gone", 0.9), incident("lasts", 0.1), incident("above", 0.9)];
    const all = waiting(lasts);
    all.add("gone", { ...message(gone), step: "resolved" });
    all.add("above", { ...message(above, "13"), step: "resolved" });
    expect([all.cut("owner"), all.ahead("owner", lasts)]).toEqual([1, 0]);
    expect(all.takeAlong(message(incident("z", 0.1))).map(({ key }) => key)).toEqual(["lasts"]);
    all.clear(above);
    expect(all.takeOver("lead")).toEqual([]);
    expect(all.takeOver("owner").map(({ key }) => key)).toEqual(["gone"]);
    expect(all.takeOver("owner")).toEqual([]);
  });

  it("is counted by alert, and waits no longer once its incident is looked at again", () => {
    const [one, two] = [incident("one", 0.5), incident("two", 0.4)];
    const all = waiting(one, two);
    all.add("one again", message(one));
    expect(all.cut("owner")).toBe(2);
    all.clear(one);
    expect([all.cut("owner"), all.ahead("owner", two)]).toEqual([1, 0]);
    all.clear(two);
    expect(all.cut("owner")).toBe(0);
    expect(all.cut("nobody")).toBe(0);
  });
});
