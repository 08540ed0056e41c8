import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ID_PATTERN } from "#contract/ids.ts";
import { isMine } from "./main.ts";

test("with any number of shares, each site belongs to exactly one of them, always the same", () => {
  fc.assert(
    fc.property(fc.stringMatching(ID_PATTERN), fc.integer({ min: 1, max: 12 }), (site, of) => {
      const owners = (): number[] =>
        Array.from({ length: of }, (_, i) => i + 1).filter((index) => isMine(site, { index, of }));
      expect(owners()).toHaveLength(1);
      expect(owners()).toEqual(owners());
      expect(isMine(site, undefined)).toBe(true);
    }),
  );
});

test("sites spread over the shares", () => {
  const sites = Array.from({ length: 900 }, (_, i) => `site-${i}`);
  for (const index of [1, 2, 3]) {
    const mine = sites.filter((site) => isMine(site, { index, of: 3 })).length;
    expect(mine).toBeGreaterThan(240);
    expect(mine).toBeLessThan(360);
  }
});
