import type { MetricValue } from "#contract/metrics.ts";
import { between, type Millis, minutes } from "#contract/units.ts";
import type { StoredReading } from "./record.ts";

/**
 * What a reading is worth when not all can be kept, in steps: what says nothing new, what is of the moment, what tells of the
 * air, what tells whether gear works.
 */
export const WORTH = { repeat: 0, moment: 1, air: 2, gear: 3 } as const;
export type Worth = (typeof WORTH)[keyof typeof WORTH];

/** Of people, motion, sound and networks: gone with the moment. */
const MOMENT =
  /^(occupied|people_count|motion_\w+|noise_\w+|light_\w+|door_open|in_call|latency_ms|packet_loss_pct|rssi_dbm|link_quality_\w+|uptime_s|clock_offset_ms|microphone_muted)$/;
const AIR = /^(temperature_c|humidity_pct|co2_ppm|pm25_\w+|voc_\w+|pressure_hpa|setpoint_c|chip_temperature_c)$/;
const worthOf = (metric: string): Worth =>
  MOMENT.test(metric) ? WORTH.moment : AIR.test(metric) ? WORTH.air : WORTH.gear;

/** That a device went on saying the same is worth knowing this often. */
const STILL_THERE: Millis = minutes(15);
/** A number that moved by less than this share says nothing new. */
const SAME_SHARE = 0.01;

/**
 * Which of these readings are worth more than `least`, in their order. A reading is worth the most of what it changes against
 * the last one of its device that stays; the first of each device always stays.
 */
export function worthMoreThan(least: Worth, readings: readonly StoredReading[]): StoredReading[] {
  const stayed = new Map<string, { reading: StoredReading; metrics: Readonly<Record<string, MetricValue>> }>();
  return readings.filter((reading) => {
    const place = `${reading.room}/${reading.device}`;
    const metrics = metricsOf(reading);
    const before = stayed.get(place);
    if (before !== undefined && metrics !== undefined && newsIn(metrics, before.metrics) <= least) {
      const isLong = Math.abs(between(before.reading.at, reading.at)) >= STILL_THERE;
      if (!isLong || least > WORTH.repeat) return false;
    }
    stayed.set(place, { reading, metrics: { ...before?.metrics, ...metrics } });
    return true;
  });
}

function newsIn(metrics: Readonly<Record<string, MetricValue>>, before: Readonly<Record<string, MetricValue>>): Worth {
  const news = Object.entries(metrics).filter(([name, value]) => !isSame(value, before[name]));
  return news.reduce<Worth>((most, [name]) => (worthOf(name) > most ? worthOf(name) : most), WORTH.repeat);
}

function isSame(a: MetricValue | undefined, b: MetricValue | undefined): boolean {
  if (typeof a !== "number" || typeof b !== "number") return a === b;
  return Math.abs(a - b) <= SAME_SHARE * Math.max(Math.abs(a), Math.abs(b));
}

/** `undefined`: it cannot be told, and so it stays. */
function metricsOf({ body }: StoredReading): Record<string, MetricValue> | undefined {
  try {
    return (JSON.parse(body) as { metrics: Record<string, MetricValue> }).metrics;
  } catch {
    return undefined;
  }
}
