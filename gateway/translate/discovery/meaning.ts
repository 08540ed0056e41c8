import type { Json } from "../payload.ts";

/** What an entity is to Greenroom. `undefined` metric: it is of no use here, and why. */
export type Meaning = { metric: string } | { metric: undefined; why: string };

const none = (why: string): Meaning => ({ metric: undefined, why });

interface Quantity {
  metric: string;
  /** The units that can be told in that of the metric. */
  units: readonly string[];
}

const TEMPERATURES = ["°C", "°F", "K"];
/** By device class of a sensor; developers.home-assistant.io/docs/core/entity/sensor */
const QUANTITIES: Readonly<Record<string, Quantity>> = {
  temperature: { metric: "temperature_c", units: TEMPERATURES },
  humidity: { metric: "humidity_pct", units: ["%"] },
  carbon_dioxide: { metric: "co2_ppm", units: ["ppm"] },
  volatile_organic_compounds_parts: { metric: "voc_ppb", units: ["ppb", "ppm"] },
  pm25: { metric: "pm25_ugm3", units: ["µg/m³", "μg/m³"] },
  illuminance: { metric: "light_lux", units: ["lx"] },
  sound_pressure: { metric: "noise_dba", units: ["dBA"] },
  atmospheric_pressure: { metric: "pressure_hpa", units: ["hPa", "mbar", "kPa", "Pa"] },
  pressure: { metric: "pressure_hpa", units: ["hPa", "mbar", "kPa", "Pa"] },
  battery: { metric: "battery_pct", units: ["%"] },
  voltage: { metric: "voltage_v", units: ["V", "mV"] },
  current: { metric: "current_a", units: ["A", "mA"] },
  power: { metric: "power_w", units: ["W", "kW", "mW"] },
  energy: { metric: "energy_kwh", units: ["kWh", "Wh", "MWh"] },
  signal_strength: { metric: "rssi_dbm", units: ["dBm"] },
};

/** By device class of a sensor that is on or off. */
const STATES: Readonly<Record<string, string>> = {
  occupancy: "occupied",
  motion: "occupied",
  presence: "occupied",
  door: "door_open",
  garage_door: "door_open",
  opening: "door_open",
  plug: "external_power",
};

/** Inside a device: not room air. */
const CHIP = /chip|cpu|processor|device_temperature|internal|soc_temp|board/i;

/** What an entity tells, by its component, its class and its unit; a quantity without its unit is none. */
export function meaningOf(component: string, config: Json): Meaning {
  const { device_class: class_, unit_of_measurement: unit, entity_category: category } = config;
  if (component === "switch") return { metric: "switched_on" };
  if (component !== "sensor" && component !== "binary_sensor")
    return none(`${component.slice(0, 32)} measures nothing`);
  if (class_ === undefined || class_ === null) return none("it has no device class: what it tells is not said");
  if (typeof class_ !== "string") return none("its device class is no word");
  if (component === "binary_sensor") {
    const metric = Object.hasOwn(STATES, class_) ? STATES[class_] : undefined;
    return metric === undefined ? none(`${class_} is nothing that is watched`) : { metric };
  }
  const quantity = Object.hasOwn(QUANTITIES, class_) ? QUANTITIES[class_] : undefined;
  if (quantity === undefined) return none(`${class_} is nothing that is watched`);
  if (typeof unit !== "string") return none(`${class_} without its unit`);
  if (!quantity.units.includes(unit)) return none(`${class_} in ${unit.slice(0, 16)} is not known`);
  const isOfDevice = category === "diagnostic";
  if (class_ === "temperature" && (isOfDevice || CHIP.test(namesOf(config)))) return { metric: "chip_temperature_c" };
  // Mains are told in volts; millivolts, or a diagnosis of the device itself, are its battery's.
  if (class_ === "voltage" && (isOfDevice || unit === "mV")) return { metric: "battery_v" };
  return { metric: quantity.metric };
}

const namesOf = ({ name, object_id, value_template }: Json): string =>
  [name, object_id, value_template].filter((each) => typeof each === "string").join(" ");
