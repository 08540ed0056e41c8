import { describe, expect, it } from "vitest";
import { seconds } from "#contract/units.ts";
import { notSustained } from "./not-sustained.ts";
import { factsWith, inMinutes, inSeconds, now } from "./stage-fixture.ts";

const silent = { isSilence: true, since: now, now };

describe("not-sustained", () => {
  it("holds silence for 30 s and two reports, no longer", () => {
    expect(notSustained.decide(factsWith(silent))).toMatchObject({ until: inSeconds(150) });
    expect(notSustained.decide(factsWith({ ...silent, now: inSeconds(149) }))).toBeDefined();
    expect(notSustained.decide(factsWith({ ...silent, now: inSeconds(150) }))).toBeUndefined();
  });

  it("counts slow reporters as one a minute", () => {
    expect(notSustained.decide(factsWith({ ...silent, reportInterval: seconds(300) }))).toMatchObject({
      until: inSeconds(150),
    });
    expect(notSustained.decide(factsWith({ ...silent, reportInterval: seconds(10) }))).toMatchObject({
      until: inSeconds(50),
    });
  });

  it("does not hold beyond act-by, but 30 s in any case", () => {
    expect(notSustained.decide(factsWith({ ...silent, actBy: inMinutes(1) }))).toMatchObject({ until: inMinutes(1) });
    expect(notSustained.decide(factsWith({ ...silent, actBy: inMinutes(-9) }))).toMatchObject({ until: inSeconds(30) });
  });

  it("lets through what is known to be broken", () => {
    expect(notSustained.decide(factsWith({ since: now }))).toBeUndefined();
  });
});
