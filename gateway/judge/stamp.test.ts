import * as fc from "fast-check";
import { expect, it } from "vitest";
import { instant, rfc3339 } from "#contract/units.ts";
import { stamp } from "./stamp.ts";

it("tells every instant as the wire's form does", () => {
  const any = fc.integer({ min: Date.UTC(1970), max: Date.UTC(2200) }).map(instant);
  fc.assert(
    fc.property(any, (at) => {
      expect(stamp(at)).toBe(rfc3339(at));
    }),
    { numRuns: 10_000 },
  );
  expect(stamp(instant(0))).toBe("1970-01-01T00:00:00.000Z");
});
