import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MOST_UNCLAIMED } from "#contract/messages/unclaimed.ts";
import { instant } from "#contract/units.ts";
import { encode, parsePayload } from "#contract/wire.ts";
import { UnclaimedList } from "./unclaimed-list.ts";

const t = (s: number) => instant(1_800_000_000_000 + s * 1000);
const says = (list: UnclaimedList, device: string, s: number): boolean =>
  list.hear(device, { at: t(s), metrics: { temperature_c: 21 } }, t(s));
const names = (list: UnclaimedList): string[] => list.toWire("x", t(0)).devices.map(({ device }) => device);

describe("a flood of invented names", () => {
  it("pushes out itself, not who goes on speaking", () => {
    const list = new UnclaimedList();
    for (const s of [0, 60]) says(list, "real", s);
    for (let i = 0; i < 5_000; i++) says(list, `fake-${i}`, 61 + i / 100);
    expect(list.size).toBe(MOST_UNCLAIMED);
    expect(names(list)).toContain("real");
    expect(list.toWire("x", t(200)).more).toBeGreaterThan(1_000);
  });

  it("does not keep out a newcomer that speaks again", () => {
    const list = new UnclaimedList();
    for (let i = 0; i < 500; i++) says(list, `fake-${i}`, i / 100);
    says(list, "new", 6);
    for (let i = 500; i < 1_000; i++) says(list, `fake-${i}`, 6 + i / 100);
    says(list, "new", 66);
    for (let i = 1_000; i < 9_000; i++) says(list, `fake-${i}`, 66 + i / 100);
    expect(names(list)).toContain("new");
  });
});

it("whatever is said of whomever, the list is one of the wire, and is read back as it was", () => {
  const metrics = fc.dictionary(
    fc.string({ maxLength: 20 }).filter((name) => name !== "__proto__"),
    fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.string({ maxLength: 300 }),
      fc.constant(null),
    ),
    { maxKeys: 40 },
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string({ maxLength: 250 }), metrics), { maxLength: 300 }), (said) => {
      const list = new UnclaimedList();
      for (const [i, [device, values]] of said.entries()) list.hear(device, { at: t(i), metrics: values }, t(i));
      const text = encode("unclaimed", list.toWire("x", t(1_000)));
      expect(text.length).toBeLessThanOrEqual(64 * 1024);
      const parsed = parsePayload("unclaimed", text);
      if (!parsed.ok) throw new Error(`${parsed.where}: ${parsed.why}`);
      const again = new UnclaimedList();
      again.restore(parsed.value);
      expect(again.toWire("x", t(1_000)).devices).toEqual(parsed.value.devices);
    }),
    { numRuns: 50 },
  );
});
