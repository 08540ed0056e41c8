/** How a metric is named and its value written on screen. */
interface MetricWords {
  label: string;
  unit: string;
  digits: number;
}

const known: Readonly<Record<string, MetricWords>> = {
  temperature_c: { label: "Temperature", unit: "°C", digits: 1 },
  setpoint_c: { label: "Set-point", unit: "°C", digits: 1 },
  humidity_pct: { label: "Humidity", unit: "%", digits: 0 },
  co2_ppm: { label: "CO₂", unit: "ppm", digits: 0 },
  noise_dba: { label: "Noise", unit: "dB(A)", digits: 0 },
  light_lux: { label: "Light", unit: "lx", digits: 0 },
  pm25_ugm3: { label: "Fine dust", unit: "µg/m³", digits: 0 },
  voc_ppb: { label: "Volatile compounds", unit: "ppb", digits: 0 },
  pressure_hpa: { label: "Air pressure", unit: "hPa", digits: 0 },
  occupied: { label: "Occupied", unit: "", digits: 0 },
  people_count: { label: "People", unit: "", digits: 0 },
  battery_pct: { label: "Battery", unit: "%", digits: 0 },
  battery_v: { label: "Battery", unit: "V", digits: 2 },
  rssi_dbm: { label: "Radio signal", unit: "dBm", digits: 0 },
  latency_ms: { label: "Answer time", unit: "ms", digits: 0 },
  packet_loss_pct: { label: "Lost packets", unit: "%", digits: 0 },
  power_w: { label: "Power", unit: "W", digits: 0 },
  energy_kwh: { label: "Energy", unit: "kWh", digits: 1 },
  link_quality_lqi: { label: "Link quality", unit: "", digits: 0 },
  lamp_hours_h: { label: "Lamp hours", unit: "h", digits: 0 },
  filter_hours_h: { label: "Filter hours", unit: "h", digits: 0 },
  load_pct: { label: "Load", unit: "%", digits: 0 },
  runtime_left_min: { label: "Battery lasts", unit: "min", digits: 0 },
  link_speed_mbps: { label: "Link speed", unit: "Mbit/s", digits: 0 },
  link_errors_per_min: { label: "Link errors", unit: "/min", digits: 1 },
  supply_pct: { label: "Emptiest supply", unit: "%", digits: 0 },
  damper_pct: { label: "Damper open", unit: "%", digits: 0 },
  airflow_lps: { label: "Air flow", unit: "l/s", digits: 0 },
  heating_pct: { label: "Heating", unit: "%", digits: 0 },
  cooling_pct: { label: "Cooling", unit: "%", digits: 0 },
  supply_air_c: { label: "Supply air", unit: "°C", digits: 1 },
  lamp_used_pct: { label: "Lamp life used", unit: "%", digits: 0 },
  clock_offset_ms: { label: "Clock is ahead", unit: "ms", digits: 0 },
  certificate_left_d: { label: "Certificate lasts", unit: "d", digits: 0 },
};

/** What true and false are called, where yes and no would not say it. */
const yesNo: Readonly<Record<string, readonly [string, string]>> = {
  occupied: ["in use", "empty"],
  registered: ["registered", "not registered"],
  reachable: ["reachable", "not reachable"],
  door_open: ["open", "closed"],
  in_call: ["in a call", "no call"],
  switched_on: ["switched on", "switched off"],
  picture_muted: ["picture muted", "picture shown"],
  picture_frozen: ["picture frozen", "picture live"],
  signal_present: ["signal at the input", "no signal at the input"],
  link_up: ["link up", "no link"],
  certificate_trusted: ["certificate trusted", "certificate not trusted"],
  external_power: ["on mains power", "on battery"],
  microphone_muted: ["microphones muted", "microphones open"],
  speaker_connected: ["loudspeaker connected", "no loudspeaker"],
};

/** "co2_ppm" → "CO₂"; what is not known is told by its own name: "door_open" → "Door open". */
export function metricLabel(metric: string): string {
  const words = known[metric]?.label ?? metric.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const metricUnit = (metric: string): string => known[metric]?.unit ?? "";

/** Whether its value needs no name beside it: "registered", "in use". */
export const saysItself = (metric: string): boolean => metric in yesNo;

/** The value without its unit: "19.4", "yes", "warming". */
export function metricFigure(metric: string, value: number | boolean | string): string {
  if (typeof value === "boolean") return yesNo[metric]?.[value ? 0 : 1] ?? (value ? "yes" : "no");
  if (typeof value === "string") return value;
  return value.toFixed(known[metric]?.digits ?? (Number.isInteger(value) ? 0 : 1));
}

/** "19.4 °C" */
export function metricValue(metric: string, value: number | boolean | string): string {
  const unit = typeof value === "number" ? metricUnit(metric) : "";
  const figure = metricFigure(metric, value);
  return unit === "" ? figure : `${figure}\u00A0${unit}`;
}
