import { describe, expect, it } from "vitest";
import type { Outcome } from "#contract/messages/common.ts";
import { instant } from "#contract/units.ts";
import type { Part, Requirement } from "./check.ts";
import { type Row, rowOf, settledPart, type SettledPart, unknownPart, updateRow } from "./row.ts";

const since = instant(1_000);
const partOf = (key: string, over: Partial<Part> = {}): Part => ({
  key,
  outcome: "ready",
  quality: 1,
  code: "OK",
  cause: "co2",
  seen: undefined,
  say: () => key,
  ...over,
});
const settled = (key: string, outcome: Outcome, over: Partial<SettledPart> = {}): SettledPart => ({
  part: partOf(key, { outcome }),
  outcome,
  quality: outcome === "ready" ? 1 : 0,
  freshness: 1,
  code: outcome === "ready" ? "OK" : key.toUpperCase(),
  since,
  ...over,
});
const requirement = (over: Partial<Requirement> = {}): Requirement =>
  ({ check: { id: "co2" }, key: "co2", weight: 6, hard: false, ...over }) as Requirement;
const row = (...parts: SettledPart[]): Row => rowOf(requirement(), parts);

describe("a row", () => {
  it("is told by its worst part, the first of equals, and names all that is wrong, the worst first", () => {
    const found = row(
      settled("a", "degraded"),
      settled("b", "ready"),
      settled("c", "not_ready"),
      settled("d", "unknown"),
      settled("e", "not_ready"),
    );
    expect(found).toMatchObject({ check: "co2", weight: 6, hard: false, outcome: "not_ready", code: "C", since });
    expect(found.part.key).toBe("c");
    expect(found.faults.map(({ part }) => part.key)).toEqual(["c", "e", "d", "a"]);
    expect(row(settled("a", "ready"), settled("b", "ready"))).toMatchObject({ outcome: "ready", faults: [] });
    expect(row(settled("a", "ready"), settled("b", "ready")).part.key).toBe("a");
  });

  it("is no better and no fresher than any of its parts", () => {
    const found = row(
      settled("a", "ready", { quality: 0.8, freshness: 0.9 }),
      settled("b", "ready", { quality: 0.9, freshness: 0.4 }),
      settled("c", "ready", { quality: 0.7, freshness: 0.6 }),
    );
    expect([found.quality, found.freshness]).toEqual([0.7, 0.4]);
  });

  it("blocks where it is required, or where it does once it is not ready", () => {
    const hard = (over: Partial<Requirement>, outcome: Outcome) =>
      rowOf(requirement(over), [settled("a", outcome)]).hard;
    expect([hard({ hard: true }, "ready"), hard({}, "not_ready")]).toEqual([true, false]);
    const blocks = { blocksWhenNotReady: true };
    expect([hard(blocks, "not_ready"), hard(blocks, "degraded"), hard(blocks, "unknown")]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("cannot rest on nothing", () => {
    expect(() => row()).toThrow("co2 found nothing");
  });
});

describe("a part", () => {
  it("says what has settled, with a reason and a quality that fit it", () => {
    const seen = partOf("a", { outcome: "not_ready", code: "CO2_HIGH", quality: 0 });
    const still = { outcome: "ready", code: "OK", since, pending: undefined } as const;
    expect(settledPart(seen, still, 0.9)).toMatchObject({
      outcome: "ready",
      code: "OK",
      quality: 1,
      freshness: 0.9,
      since,
    });
    const same = { ...still, outcome: "not_ready", code: "OLD" } as const;
    expect(settledPart(seen, same, 1)).toMatchObject({ outcome: "not_ready", code: "CO2_HIGH", quality: 0 });
    const half = { ...still, outcome: "degraded", code: "HALF" } as const;
    const quality = (q: number) => settledPart(partOf("a", { quality: q }), half, 1).quality;
    expect([quality(0), quality(0.4), quality(1)]).toEqual([0.01, 0.4, 0.99]);
    expect(settledPart(partOf("a", { quality: 0.4 }), same, 1).quality).toBe(0);
  });

  it("of which nothing is known is unknown since then, for its own reason or because it is stale", () => {
    const unknown = { outcome: "unknown", quality: 0, freshness: 0, since };
    expect(unknownPart(partOf("a"), since)).toMatchObject({ ...unknown, code: "STALE" });
    expect(unknownPart(partOf("a", { code: "AGENT_DOWN" }), since)).toMatchObject({ ...unknown, code: "AGENT_DOWN" });
  });
});

describe("bringing a row up to date", () => {
  const usual = () => row(settled("a", "degraded", { quality: 0.5, freshness: 0.5 }));

  it("takes the new value, and says that nothing else is another", () => {
    const kept = usual();
    const next = { ...usual(), part: partOf("a", { outcome: "degraded", value: 900 }), faults: [] };
    expect(updateRow(kept, next)).toBe(false);
    expect(kept.part.value).toBe(900);
    expect(kept.faults).toEqual([]);
  });

  it.each<[string, Partial<Row>]>([
    ["outcome", { outcome: "not_ready" }],
    ["code", { code: "OTHER" }],
    ["beginning", { since: instant(2_000) }],
    ["quality", { quality: 0.4 }],
    ["age", { freshness: 0.4 }],
    ["hardness", { hard: true }],
    ["part", { part: partOf("b", { outcome: "degraded" }) }],
    ["cause", { part: partOf("a", { outcome: "degraded", cause: "agent:pi" }) }],
    ["last word", { part: partOf("a", { outcome: "ready" }) }],
  ])("says so when it has another %s, and has it then", (_, change) => {
    const kept = usual();
    const next = { ...usual(), ...change };
    expect(updateRow(kept, next)).toBe(true);
    expect(kept).toEqual(next);
  });
});
