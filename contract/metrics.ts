import { type Millis, minutes, seconds } from "./units.ts";

/**
 * The registry of metrics: what a device can measure. Names end in their unit. `plausible` is what a working sensor in a
 * building can report; a value outside is a finding about the sensor, never about the room.
 */
export interface Metric {
  name: string;
  kind: "number" | "boolean" | "enum";
  unit: string;
  meaning: string;
  /** Inclusive; numbers only. */
  plausible?: readonly [number, number];
  /** The values of an enum; history stores their index, so append only. */
  values?: readonly string[];
  /** How often a report is expected where the device does not say. */
  interval: Millis;
}

const number = (
  name: string,
  unit: string,
  plausible: readonly [number, number],
  interval: Millis,
  meaning: string,
): Metric => ({ name, kind: "number", unit, plausible, interval, meaning });
const boolean = (name: string, interval: Millis, meaning: string): Metric => ({
  name,
  kind: "boolean",
  unit: "true/false",
  interval,
  meaning,
});
const oneOf = (name: string, values: readonly string[], interval: Millis, meaning: string): Metric => ({
  name,
  kind: "enum",
  unit: values.join(" | "),
  values,
  interval,
  meaning,
});

const HEALTH = ["ok", "warning", "error"] as const;

export const metricList: readonly Metric[] = [
  // Room air and comfort
  number("temperature_c", "°C", [-10, 60], minutes(1), "Air temperature of the room."),
  number("humidity_pct", "% RH", [0, 100], minutes(1), "Relative humidity of the room."),
  number(
    "co2_ppm",
    "ppm",
    [250, 10_000],
    minutes(1),
    "CO₂ of the room. Outdoor air has about 420: less is a sensor that has lost its calibration.",
  ),
  number("noise_dba", "dB(A)", [15, 130], minutes(1), "Sound level, A-weighted, averaged over the interval."),
  number("light_lux", "lx", [0, 120_000], minutes(1), "Illuminance."),
  number("pm25_ugm3", "µg/m³", [0, 2_000], minutes(5), "Fine dust, 2.5 µm."),
  number("voc_ppb", "ppb", [0, 60_000], minutes(5), "Volatile organic compounds."),
  number("pressure_hpa", "hPa", [850, 1_100], minutes(5), "Air pressure."),
  number("setpoint_c", "°C", [5, 40], minutes(5), "Set-point of the room's climate control."),
  // Of devices, never of the room: never judged as room air
  number("chip_temperature_c", "°C", [-40, 150], minutes(5), "Temperature inside a device; not room air."),
  // People
  boolean("occupied", minutes(1), "Somebody is in the room."),
  number("people_count", "people", [0, 1_000], minutes(1), "Heads counted."),
  number("motion_pct", "%", [0, 100], minutes(1), "Share of the interval with motion."),
  number("motion_count", "motions", [0, 1_000_000], minutes(5), "Motions counted since the last report."),
  boolean("door_open", minutes(5), "The door is open."),
  boolean("reset_pressed", minutes(60), "The room has been reset, reported now by button; false in between."),
  // Display or projector
  oneOf("power_state", ["off", "on", "cooling", "warming", "standby"], minutes(1), "Power of a display or projector."),
  oneOf("input_state", ["right", "wrong", "unknown"], minutes(1), "Whether the wanted input is selected."),
  boolean("picture_muted", minutes(1), "The picture is muted (black)."),
  boolean("picture_frozen", minutes(1), "The picture is frozen: it shows what was there before."),
  boolean("signal_present", minutes(1), "The selected input carries a picture."),
  oneOf("fan_health", HEALTH, minutes(1), "Fan, by the device's own report."),
  oneOf("lamp_health", HEALTH, minutes(1), "Lamp or light source, by the device's own report."),
  oneOf("thermal_health", HEALTH, minutes(1), "Inner temperature, by the device's own report."),
  oneOf("cover_health", HEALTH, minutes(1), "Cover, by the device's own report."),
  oneOf("filter_health", HEALTH, minutes(1), "Filter, by the device's own report."),
  oneOf("other_health", HEALTH, minutes(1), "Anything else, by the device's own report."),
  number("lamp_hours_h", "h", [0, 200_000], minutes(60), "Hours the lamp has burned."),
  number("lamp_used_pct", "%", [0, 200], minutes(60), "Share of the lamp's rated life that is used."),
  number("filter_hours_h", "h", [0, 200_000], minutes(60), "Hours the air filter has been used."),
  // Video call
  boolean("registered", minutes(1), "The codec is registered with its call service."),
  boolean("in_call", minutes(1), "A call is running."),
  number("cameras_connected", "cameras", [0, 16], minutes(1), "Cameras the codec sees."),
  number("microphones_connected", "microphones", [0, 64], minutes(1), "Microphones the codec sees."),
  boolean("microphone_muted", minutes(1), "The microphones are muted."),
  boolean("speaker_connected", minutes(1), "A loudspeaker is connected."),
  // Network and power
  boolean("reachable", minutes(1), "The device answers on the network."),
  number("latency_ms", "ms", [0, 60_000], minutes(1), "Time until the device answered."),
  number("packet_loss_pct", "%", [0, 100], minutes(1), "Share of probes without an answer."),
  number(
    "clock_offset_ms",
    "ms",
    [-86_400_000, 86_400_000],
    minutes(5),
    "How far the agent's clock is ahead of true time; negative when it is behind.",
  ),
  number("certificate_left_d", "d", [-40_000, 3_000_000], minutes(60), "Days until a TLS certificate expires."),
  boolean("certificate_trusted", minutes(60), "A TLS certificate is signed by somebody who is trusted, for that name."),
  number("battery_pct", "%", [0, 100], minutes(60), "Charge of a battery."),
  number("battery_v", "V", [0, 60], minutes(60), "Voltage of a battery."),
  number("rssi_dbm", "dBm", [-150, 20], minutes(5), "Strength of the radio signal."),
  number("link_quality_lqi", "LQI", [0, 255], minutes(5), "Link quality as the radio counts it, 255 the best."),
  number("uptime_s", "s", [0, 4_000_000_000], minutes(5), "Time since the device started."),
  boolean("external_power", minutes(60), "It runs on mains or USB, not on its battery."),
  boolean("switched_on", minutes(5), "A plug, relay or lamp is switched on."),
  number("voltage_v", "V", [0, 1_000], minutes(5), "Voltage of the supply."),
  number("current_a", "A", [0, 1_000], minutes(5), "Electric current drawn."),
  number("power_w", "W", [-100_000, 100_000], minutes(1), "Electric power drawn."),
  number("energy_kwh", "kWh", [0, 10_000_000], minutes(5), "Electric energy counted."),
  number("load_pct", "%", [0, 300], minutes(5), "Share of the rated load that a UPS or power strip carries."),
  number(
    "runtime_left_min",
    "min",
    [0, 100_000],
    minutes(5),
    "Time that a UPS can still feed its load from its battery.",
  ),
  boolean("link_up", minutes(1), "The port of a network switch has a link."),
  number("link_speed_mbps", "Mbit/s", [0, 1_000_000], minutes(5), "Speed of a network link."),
  number(
    "link_errors_per_min",
    "errors/min",
    [0, 100_000_000],
    minutes(1),
    "Faulty packets of a network port per minute.",
  ),
  oneOf(
    "poe_state",
    ["off", "searching", "delivering", "fault"],
    minutes(5),
    "Power that a switch gives over the network cable of a port.",
  ),
  // Supplies of a printer
  number("supply_pct", "%", [0, 100], minutes(60), "What is left of the emptiest supply."),
  // Ventilation of a room, by the building's control
  number("damper_pct", "%", [0, 100], minutes(5), "How far the air damper of a room is open."),
  number("airflow_lps", "l/s", [0, 10_000], minutes(5), "Air blown into a room."),
  number("heating_pct", "%", [0, 100], minutes(5), "Heating that a room's control asks for."),
  number("cooling_pct", "%", [0, 100], minutes(5), "Cooling that a room's control asks for."),
  number("supply_air_c", "°C", [-30, 80], minutes(5), "Temperature of the air blown into a room; not room air."),
];

export const metrics: ReadonlyMap<string, Metric> = new Map(metricList.map((metric) => [metric.name, metric]));

/** The shortest interval at which silence is noticed: faster reporters are treated as this. */
export const SHORTEST_INTERVAL: Millis = seconds(5);

/** Names of the same quantities in units that Greenroom does not take, so that a wrong unit gets its own answer. */
export const wrongUnits: ReadonlyMap<string, string> = new Map([
  ["temperature_f", "temperature_c"],
  ["temperature_k", "temperature_c"],
  ["temperature", "temperature_c"],
  ["temp", "temperature_c"],
  ["temp_c", "temperature_c"],
  ["humidity", "humidity_pct"],
  ["co2", "co2_ppm"],
  ["co2_pct", "co2_ppm"],
  ["noise", "noise_dba"],
  ["noise_db", "noise_dba"],
  ["light", "light_lux"],
  ["illuminance", "light_lux"],
  ["pressure", "pressure_hpa"],
  ["pressure_pa", "pressure_hpa"],
  ["battery", "battery_pct"],
  ["battery_mv", "battery_v"],
  ["latency_s", "latency_ms"],
  ["power_kw", "power_w"],
  ["energy_wh", "energy_kwh"],
]);

/** What a metric may carry on the wire. */
export type MetricValue = number | boolean | string;

/** Why a value cannot stand for this metric's type, or `undefined` when it can. Plausibility is judged elsewhere. */
export function wrongType(metric: Metric, value: unknown): string | undefined {
  if (metric.kind === "number") {
    return typeof value === "number" && Number.isFinite(value) ? undefined : `must be a number in ${metric.unit}`;
  }
  if (metric.kind === "boolean") return typeof value === "boolean" ? undefined : "must be true or false";
  return typeof value === "string" && metric.values?.includes(value) === true
    ? undefined
    : `must be one of ${metric.unit}`;
}

/** Whether a value lies in the plausible range of its metric (always, for what is not a number). */
export function isPlausible(metric: Metric, value: MetricValue): boolean {
  if (metric.plausible === undefined || typeof value !== "number") return true;
  return value >= metric.plausible[0] && value <= metric.plausible[1];
}
