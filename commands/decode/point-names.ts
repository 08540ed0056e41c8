/** What an object of a building's control is for, as its name says in the trade's words. */
export type PointMeaning =
  | { metric: string; says?: Record<string, unknown> }
  /** It tells how the air is conditioned, which no metric is. */
  | { mode: true };

interface Rule {
  kinds: RegExp;
  name: RegExp;
  not?: RegExp;
  meaning: PointMeaning;
}

const ANALOG = /^analog/;
const STATE = /^(binary|multi-state)/;
const TEMPERATURE = String.raw`(temp|tmp|temperature|t)`;
const ROOM = String.raw`(room|zone|space|rm|zn|spc|wall|ctl)`;
/** Of the plant or the weather, not of the room. */
const ELSEWHERE =
  /\b(outside|outdoor|outs|oa|oat|return|ret|ra|rat|mixed|ma|mat|exhaust|water|chw|hw|coil|boiler|duct static)\b/;
const NO_MEASUREMENT =
  /\b(alarm|alm|limit|lim|min|max|high|low|offset|deadband|db|calib\w*|adj\w*|enable|setup|cmd|command|delay)\b/;

/** The first that fits counts: set-points before measurements, supply air before the room's. */
const rules: readonly Rule[] = [
  {
    kinds: ANALOG,
    name: /\b(stpt|setpt|setpoint|set point|sp|spt|stp)\b/,
    not: new RegExp(String.raw`${ELSEWHERE.source}|\b(flow|air|co 2|co2|hum\w*|rh|pressure|press|static|min|max)\b`),
    meaning: { metric: "setpoint_c" },
  },
  { kinds: ANALOG, name: /\b(stpt|setpt|setpoint|set point|sp|spt|stp)\b/, meaning: { mode: true } },
  {
    kinds: ANALOG,
    name: new RegExp(
      String.raw`\b(supply|discharge|disch|leaving|sa|da|lat)( air)? ${TEMPERATURE}\b|\b(sat|dat|lat)\b`,
    ),
    not: NO_MEASUREMENT,
    meaning: { metric: "supply_air_c" },
  },
  {
    kinds: ANALOG,
    name: new RegExp(
      String.raw`\b${ROOM} (air )?${TEMPERATURE}\b|\b(rmtmp|zntemp|znt|rmt|spt emp)\b|^(air )?(temp|temperature)$`,
    ),
    not: new RegExp(`${ELSEWHERE.source}|${NO_MEASUREMENT.source}`),
    meaning: { metric: "temperature_c" },
  },
  {
    kinds: ANALOG,
    name: /\b(humidity|hum|humid|rh|relative humidity)\b/,
    not: new RegExp(String.raw`${ELSEWHERE.source}|${NO_MEASUREMENT.source}|\b(supply|discharge|demand|output)\b`),
    meaning: { metric: "humidity_pct" },
  },
  {
    kinds: ANALOG,
    name: /\bco ?2\b|\bcarbon dioxide\b/,
    not: new RegExp(`${ELSEWHERE.source}|${NO_MEASUREMENT.source}`),
    meaning: { metric: "co2_ppm" },
  },
  {
    kinds: ANALOG,
    name: /\b(cool|cooling|clg)\b.*\b(demand|output|load|loop|request|valve|signal|percent|pct)\b/,
    not: NO_MEASUREMENT,
    meaning: { metric: "cooling_pct" },
  },
  {
    kinds: ANALOG,
    name: /\b(heat|heating|htg|reheat)\b.*\b(demand|output|load|loop|request|valve|signal|percent|pct)\b/,
    not: NO_MEASUREMENT,
    meaning: { metric: "heating_pct" },
  },
  { kinds: ANALOG, name: /\b(damper|dmpr|dpr|dmp)\b/, not: NO_MEASUREMENT, meaning: { metric: "damper_pct" } },
  {
    kinds: ANALOG,
    name: /\b(air ?flow|air volume|air vol|flow|cfm)\b/,
    not: new RegExp(`${ELSEWHERE.source}|${NO_MEASUREMENT.source}`),
    meaning: { metric: "airflow_lps" },
  },
  {
    kinds: ANALOG,
    name: /\b(illuminance|light level|lux|brightness)\b/,
    not: NO_MEASUREMENT,
    meaning: { metric: "light_lux" },
  },
  { kinds: ANALOG, name: /\b(people|occupant) count\b/, meaning: { metric: "people_count" } },
  {
    kinds: STATE,
    name: /\b(occ|occupancy|occupied|presence|motion|pir)\b/,
    not: /\b(ctrl|control|cmd|command|mode|sched\w*|override|ovrd|enable|timer|setpoint|stpt|button)\b/,
    meaning: { metric: "occupied" },
  },
  { kinds: STATE, name: /\b(heat cool|hvac mode|system mode|cool heat|hvac state)\b/, meaning: { mode: true } },
];

/** `PI_Cooling_Demand`, `ROOM TEMP`, `RoomTemp1`, `AHU1/VAV3.ZN-T`: words in small letters. */
const wordsOf = (name: string): string =>
  name
    .slice(0, 128)
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .replaceAll(/[^A-Za-z0-9]+/g, " ")
    .toLowerCase()
    .replaceAll(/\b([a-z]{3,})\d+\b/g, "$1")
    .trim();

/** `undefined` where the name does not say it plainly: whoever knows the plant names the point in the configuration. */
export function meaningOf(object: string, name: string): PointMeaning | undefined {
  const words = wordsOf(name);
  return rules.find(
    ({ kinds, name: pattern, not }) => kinds.test(object) && pattern.test(words) && not?.test(words) !== true,
  )?.meaning;
}
