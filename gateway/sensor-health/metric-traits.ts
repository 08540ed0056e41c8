import { type Millis, hours, minutes } from "#contract/units.ts";

/** How a metric of a room behaves in nature: what no room does, and what is quite normal. Metrics without traits are watched for silence and range only. */
export interface MetricTraits {
  /** What the sentence calls it, and its unit. */
  name: string;
  unit: string;
  digits: number;
  /** A report that departs further than this from the local level, and comes back at once, was no room: base plus rate × time since the last report. */
  jump?: { base: number; perMinute: number };
  /** Continuous by nature: reports that stay within `tolerance` for at least `floor` while the room is alive are a frozen sensor. */
  frozen?: {
    tolerance: number;
    floor: Millis;
    /** It has no end at which it rests (a clean room's CO₂ has): where it has never stood still it is frozen as soon as it does. */
    neverRests?: true;
  };
  /** At rest sooner or later: reports that stay above `above` for `floor` on end are a stuck sensor. */
  restless?: { above: number; floor: Millis };
  /** Stands for people: it must fire in a room that is used. */
  fires?: boolean;
  /**
   * The daily level: when it leaves its own history by more than these limits, and the other sensors of the room
   * (or those of the other rooms) don't, the sensor drifts.
   */
  drift?: { use: "mean" | "low"; inRoom: number; elsewhere: number };
}

/**
 * Jump limits are several times the fastest change between two reports in recorded offices and lecture rooms at 0.5 to 5 min
 * (temperature 3.2 K, humidity 7 %RH, CO₂ 260 ppm), so an open window or a breath at the sensor passes.
 */
export const traits: ReadonlyMap<string, MetricTraits> = new Map<string, MetricTraits>([
  [
    "temperature_c",
    {
      name: "temperature",
      unit: "°C",
      digits: 1,
      jump: { base: 5, perMinute: 0.2 },
      frozen: { tolerance: 0.02, floor: hours(6), neverRests: true },
      drift: { use: "mean", inRoom: 2, elsewhere: 5 },
    },
  ],
  [
    "humidity_pct",
    {
      name: "humidity",
      unit: "%RH",
      digits: 0,
      jump: { base: 15, perMinute: 0.5 },
      frozen: { tolerance: 0.05, floor: hours(6) },
      drift: { use: "mean", inRoom: 10, elsewhere: 20 },
    },
  ],
  [
    "co2_ppm",
    {
      name: "CO₂",
      unit: "ppm",
      digits: 0,
      jump: { base: 1_500, perMinute: 50 },
      frozen: { tolerance: 0.5, floor: hours(6) },
      drift: { use: "low", inRoom: 150, elsewhere: 250 },
    },
  ],
  ["noise_dba", { name: "sound level", unit: "dB(A)", digits: 0, frozen: { tolerance: 0.05, floor: hours(6) } }],
  [
    "light_lux",
    // No lamp of an office reaches 1,000 lx, and no sun shines all night.
    { name: "light", unit: "lx", digits: 0, restless: { above: 1_000, floor: hours(24) } },
  ],
  ["pressure_hpa", { name: "air pressure", unit: "hPa", digits: 0, jump: { base: 10, perMinute: 0.2 } }],
  ["pm25_ugm3", { name: "fine dust", unit: "µg/m³", digits: 0 }],
  ["voc_ppb", { name: "VOC", unit: "ppb", digits: 0 }],
  ["motion_pct", { name: "motion", unit: "%", digits: 0, fires: true, restless: { above: 0, floor: hours(24) } }],
  ["occupied", { name: "presence", unit: "", digits: 0, fires: true, restless: { above: 0, floor: hours(24) } }],
  ["people_count", { name: "head count", unit: "people", digits: 0 }],
]);

/** A jump is judged against the level of at most this long ago. */
export const LEVEL_LASTS: Millis = minutes(30);
