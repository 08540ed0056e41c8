import { expect, it } from "vitest";
import { sameRootCause } from "./same-root-cause.ts";
import { factsWith, inMinutes } from "./stage-fixture.ts";

it("same-root-cause holds what another alert tells, for as long as that one speaks for it", () => {
  expect(sameRootCause.decide(factsWith())).toBeUndefined();
  expect(sameRootCause.decide(factsWith({ explainedBy: { by: "switch:sw-12" } }))).toEqual({
    note: "told under switch:sw-12",
  });
  expect(sameRootCause.decide(factsWith({ explainedBy: { by: "display:proj-1", until: inMinutes(5) } }))).toMatchObject(
    { until: inMinutes(5) },
  );
});
