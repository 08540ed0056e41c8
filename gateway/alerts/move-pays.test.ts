import { describe, expect, it } from "vitest";
import type { Alternative } from "#contract/messages/alert.ts";
import { acme, clockTime, DeskStory, type Trouble } from "./desk-fixture.ts";

const other = (p_ready: number): Alternative => ({
  room: "hq/pine",
  name: "pine",
  floor: "12",
  p_ready,
  fit: 1,
  storeys: 0,
  displaces: 0,
});
/** Whether the move is offered by 13:59 for a trouble with such a chance, and what else there is. */
async function isOffered(trouble: Trouble, alternatives: Alternative[], acknowledges = false): Promise<boolean> {
  const s = new DeskStory("13:30");
  s.alternatives = () => alternatives;
  await s.judge({ demos: [acme], troubles: { acme: [trouble] } });
  await s.until("13:32");
  if (acknowledges) await s.reply({ reply: "acknowledge" });
  await s.until("13:59");
  return s.alert().reached?.["offer_move"] !== undefined;
}

describe("another room is offered", () => {
  it("when it gains enough, or when the own one is lost and there is none", async () => {
    expect(await isOffered({ p: 0.2, actBy: "13:20" }, [other(0.9)])).toBe(true);
    expect(await isOffered({ p: 0.8, actBy: "13:20" }, [other(0.85)])).toBe(false);
    expect(await isOffered({ p: 0.2, actBy: "13:20" }, [])).toBe(true);
    expect(await isOffered({ p: 0.8, actBy: "13:20" }, [])).toBe(false);
  });

  it("not while somebody is at it who will probably mend it in time", async () => {
    const quick = { p: 0.2, p_mended: 0.95, actBy: "13:50" };
    expect(await isOffered(quick, [other(0.9)], true)).toBe(false);
    expect(await isOffered(quick, [other(0.9)])).toBe(true);
  });

  it("not one that others would have to leave, nor one that hardly suits", async () => {
    const even = { p: 0.6, p_mended: 0, actBy: "13:20" };
    expect(await isOffered(even, [other(0.99)])).toBe(true);
    expect(await isOffered(even, [{ ...other(0.99), displaces: 1 }])).toBe(false);
    expect(await isOffered({ ...even, p: 0.2 }, [{ ...other(0.9), fit: 0.5 }])).toBe(false);
    expect(await isOffered({ ...even, p: 0.2 }, [{ ...other(0.9), fit: 0.6 }])).toBe(true);
  });

  it("from an even chance down where there is none, and from three tenths more where there is one", async () => {
    expect(await isOffered({ p: 0.5, p_mended: 0, actBy: "13:20" }, [])).toBe(false);
    expect(await isOffered({ p: 0.5, p_mended: 0, actBy: "13:20" }, [other(0.8)])).toBe(true);
    expect(await isOffered({ p: 0.5, p_mended: 0, actBy: "13:20" }, [other(0.79)])).toBe(false);
  });

  it("as soon as it pays, not only at the first look", async () => {
    const s = new DeskStory("13:30");
    s.alternatives = () => [other(0.9)];
    await s.judge({ troubles: { acme: [{ p: 0.8, actBy: "13:20" }] } });
    await s.until("13:50");
    expect(s.alert().reached?.["offer_move"]).toBeUndefined();
    await s.judge({ troubles: { acme: [{ p: 0.3, actBy: "13:20" }] } });
    await s.until("13:52");
    expect(Date.parse(s.alert().reached?.["offer_move"] ?? "")).toBeLessThanOrEqual(clockTime("13:51"));
  });
});
