import * as fc from "fast-check";
import { expect, it } from "vitest";
import { decentlab } from "./decentlab.ts";

const read = (hex: string, model: string) => decentlab(Buffer.from(hex, "hex"), 1, [model]);

it("reads the maker's own examples", () => {
  expect(read("020bbd007f0b926a515d48bc4e0262006981c7000093d4000b0111", "DL-IAM")).toEqual({
    metrics: {
      battery_v: 2.962,
      temperature_c: 27.678,
      humidity_pct: 36.439,
      pressure_hpa: 964.12,
      light_lux: 678.765,
      co2_ppm: 455,
      motion_count: 11,
      voc_ppb: 273,
    },
    isWhole: true,
  });
  expect(read("020bbd006f0b926a515d48bc4e02620069000b0111", "dl-iam office").metrics).not.toHaveProperty("co2_ppm");
  expect(read("020578000f67bd618d1cedbd1081d981f4895b0bd80bb50000959895390c25", "DL-LP8P")).toEqual({
    metrics: { temperature_c: 24.357, humidity_pct: 41.632, pressure_hpa: 968, co2_ppm: 473, battery_v: 3.109 },
    isWhole: true,
  });
});

it("reads no model that it does not know, no other version, and nothing that ends too soon", () => {
  expect(read("020bbd007f0b92", "DL-PR26").metrics).toEqual({});
  expect(read("010bbd00010b92", "DL-IAM").metrics).toEqual({});
  expect(read("020bbd00030b926a51", "DL-IAM")).toEqual({ metrics: { battery_v: 2.962 } });
});

it("never throws, whatever the bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.constantFrom("DL-IAM", "DL-LP8P", "x"), (bytes, model) => {
      for (const value of Object.values(decentlab(bytes, 1, [model]).metrics))
        expect(Number.isFinite(value)).toBe(true);
    }),
  );
});
