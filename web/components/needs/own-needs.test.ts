import { expect, test } from "vitest";
import { withBand, withCapabilities, withPeople, withReset } from "./own-needs.ts";

const template = { capabilities: ["display" as const, "audio" as const], reset_visit: true };

test("what the template asks anyway is not said again", () => {
  expect(withCapabilities({ people: 3 }, template, ["audio", "display"])).toEqual({ people: 3 });
  expect(withCapabilities({}, template, ["display"])).toEqual({ capabilities: ["display"] });
  expect(withCapabilities({}, template, [])).toEqual({ capabilities: [] });
  expect(withCapabilities({ capabilities: ["display"] }, {}, [])).toEqual({});
  expect(withReset({ reset_visit: false }, template, true)).toEqual({});
  expect(withReset({}, template, false)).toEqual({ reset_visit: false });
  expect(withPeople({ people: 4, reset_visit: true }, undefined)).toEqual({ reset_visit: true });
});

test("a band is widened by what is still usable, and stays as it was when nothing is asked anew", () => {
  const known = { comfort: { temperature_c: { ready: [21, 23.5], usable: [20, 25] } } } as const;
  const own = structuredClone(known) as Parameters<typeof withBand>[0];
  expect(withBand(own, "temperature_c", [21, 23.5])).toEqual(known);
  expect(withBand(own, "temperature_c", [20, 23])).toEqual({
    comfort: { temperature_c: { ready: [20, 23], usable: [19, 24] } },
  });
  expect(withBand(own, "temperature_c", undefined)).toEqual({});
  expect(withBand(own, "co2_ppm", [0, 900]).comfort?.co2_ppm).toEqual({ ready: [0, 900], usable: [0, 1_150] });
});
