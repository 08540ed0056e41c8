import { EngineeringUnits } from "@bacnet-js/client";

type Convert = (value: number) => number;
const times =
  (factor: number): Convert =>
  (value) =>
    value * factor;
const same: Convert = (value) => value;

/** Of each unit of the registry, the units of the standard that can be told in it. */
const CONVERSIONS: Readonly<Record<string, Readonly<Record<number, Convert>>>> = {
  "°C": {
    [EngineeringUnits.DEGREES_CELSIUS]: same,
    [EngineeringUnits.DEGREES_FAHRENHEIT]: (value) => (value - 32) / 1.8,
    [EngineeringUnits.DEGREES_KELVIN]: (value) => value - 273.15,
  },
  "% RH": { [EngineeringUnits.PERCENT_RELATIVE_HUMIDITY]: same, [EngineeringUnits.PERCENT]: same },
  "%": { [EngineeringUnits.PERCENT]: same },
  ppm: { [EngineeringUnits.PARTS_PER_MILLION]: same, [EngineeringUnits.PERCENT]: times(10_000) },
  ppb: { [EngineeringUnits.PARTS_PER_BILLION]: same, [EngineeringUnits.PARTS_PER_MILLION]: times(1_000) },
  lx: { [EngineeringUnits.LUXES]: same },
  "dB(A)": { [EngineeringUnits.DECIBELS_A]: same, [EngineeringUnits.DECIBELS]: same },
  "µg/m³": {
    [EngineeringUnits.MICROGRAMS_PER_CUBIC_METER]: same,
    [EngineeringUnits.MILLIGRAMS_PER_CUBIC_METER]: times(1_000),
  },
  hPa: {
    [EngineeringUnits.HECTOPASCALS]: same,
    [EngineeringUnits.MILLIBARS]: same,
    [EngineeringUnits.PASCALS]: times(0.01),
    [EngineeringUnits.KILOPASCALS]: times(10),
  },
  "l/s": {
    [EngineeringUnits.LITERS_PER_SECOND]: same,
    [EngineeringUnits.LITERS_PER_MINUTE]: times(1 / 60),
    [EngineeringUnits.LITERS_PER_HOUR]: times(1 / 3_600),
    [EngineeringUnits.CUBIC_METERS_PER_SECOND]: times(1_000),
    [EngineeringUnits.CUBIC_METERS_PER_HOUR]: times(1 / 3.6),
    [EngineeringUnits.CUBIC_FEET_PER_MINUTE]: times(0.471_947_443_2),
  },
  W: { [EngineeringUnits.WATTS]: same, [EngineeringUnits.KILOWATTS]: times(1_000) },
  kWh: {
    [EngineeringUnits.KILOWATT_HOURS]: same,
    [EngineeringUnits.WATT_HOURS]: times(0.001),
    [EngineeringUnits.MEGAWATT_HOURS]: times(1_000),
  },
  V: { [EngineeringUnits.VOLTS]: same, [EngineeringUnits.MILLIVOLTS]: times(0.001) },
  A: { [EngineeringUnits.AMPERES]: same, [EngineeringUnits.MILLIAMPERES]: times(0.001) },
  h: { [EngineeringUnits.HOURS]: same, [EngineeringUnits.MINUTES]: times(1 / 60) },
  min: {
    [EngineeringUnits.MINUTES]: same,
    [EngineeringUnits.SECONDS]: times(1 / 60),
    [EngineeringUnits.HOURS]: times(60),
  },
  s: {
    [EngineeringUnits.SECONDS]: same,
    [EngineeringUnits.MINUTES]: times(60),
    [EngineeringUnits.HOURS]: times(3_600),
  },
};

const NO_UNITS: number = EngineeringUnits.NO_UNITS;

/** A number of the device in the metric's unit; `undefined` where its unit is another quantity. Without a unit it is as it is. */
export function convert(value: number, units: number | undefined, unit: string): number | undefined {
  if (units === undefined || units === NO_UNITS) return value;
  return CONVERSIONS[unit]?.[units]?.(value);
}

/** "degrees-fahrenheit", as the standard calls it. */
export const nameOfUnits = (units: number): string =>
  EngineeringUnits[units]?.toLowerCase().replaceAll("_", "-") ?? `unit ${units}`;
