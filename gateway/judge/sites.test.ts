import { describe, expect, it } from "vitest";
import type { Alert, SiteMemory } from "#contract/messages/alert.ts";
import { instant, minutes, rfc3339 } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { healing, noteHealing } from "../forecast/site/gear-knowledge.ts";
import type { SiteLearner } from "../forecast/site/site-learner.ts";
import { Sites } from "./sites.ts";

const NINE = instant(Date.UTC(2026, 10, 23, 9));

function begin(clock = new VirtualClock(NINE)) {
  const told: [string, SiteMemory][] = [];
  const remember = (site: string, memory: SiteMemory): void => {
    told.push([site, JSON.parse(JSON.stringify(memory)) as SiteMemory]);
  };
  return { clock, told, sites: new Sites({ clock, remember }) };
}
function teach(learner: SiteLearner, clock: VirtualClock): void {
  learner.turn(clock.now());
  for (let i = 0; i < 40; i++)
    noteHealing(learner, { kind: "codec", code: "X" }, { entered: 0, left: 20, ended: true });
}
const asked = (learner: SiteLearner, clock: VirtualClock): number => {
  learner.turn(clock.now());
  return healing(learner, "codec", "X").ends(10, 30);
};

describe("what sites have learned", () => {
  it("is remembered every ten minutes where there is anything new, and at the end", () => {
    const { clock, told, sites } = begin();
    teach(sites.learner("hq"), clock);
    sites.learner("other");
    clock.advance(minutes(9));
    expect(told).toEqual([]);
    clock.advance(minutes(1));
    expect(told.map(([site]) => site)).toEqual(["hq"]);
    clock.advance(minutes(30));
    expect(told).toHaveLength(1);
    teach(sites.learner("hq"), clock);
    sites.stop();
    expect(told).toHaveLength(2);
    clock.advance(minutes(60));
    expect(told).toHaveLength(2);
  });

  it("comes back, and goes on as if nothing had been", () => {
    const { clock, told, sites } = begin();
    teach(sites.learner("hq"), clock);
    sites.stop();
    const after = begin(clock);
    const [, memory] = told[0] ?? [];
    if (memory === undefined) throw new Error("nothing was remembered");
    after.sites.recall("hq", memory);
    clock.advance(minutes(61));
    expect(asked(after.sites.learner("hq"), clock)).toBe(asked(sites.learner("hq"), clock));
    expect(asked(after.sites.learner("hq"), clock)).toBeGreaterThan(0.9);
  });

  it("keeps what was heard of alerts before the memory was", () => {
    const { clock, sites } = begin();
    const alert = { id: "a", cause: "audio:m", status: "open", rooms: ["hq/r"], history: [] } as unknown as Alert;
    sites.takeAct("hq/r", { alert: { ...alert, at: rfc3339(NINE), raised_at: rfc3339(NINE) } });
    const before = sites.learner("hq");
    sites.recall("hq", { at: rfc3339(NINE), version: 1, state: { version: 1, since: NINE, hour: 0, ledgers: {} } });
    expect(sites.learner("hq")).toBe(before);
    expect(before.acts.open("technician")).toBe(1);
    expect(before.since).toBe(NINE);
    expect(clock.now()).toBe(NINE);
  });

  it("is left out when it is of another version", () => {
    const { clock, sites } = begin();
    sites.recall("hq", { at: rfc3339(NINE), version: 99, state: { version: 1, since: 0, hour: 0, ledgers: {} } });
    sites.learner("hq").turn(clock.now());
    expect(sites.learner("hq").since).toBe(NINE);
  });

  it("is said again to a broker that may have forgotten it", () => {
    const { clock, told, sites } = begin();
    teach(sites.learner("hq"), clock);
    clock.advance(minutes(10));
    sites.tellAgain();
    clock.advance(minutes(10));
    expect(told).toHaveLength(2);
  });
});
