import type { HistoryAnswer } from "#contract/api/requests.ts";

/** A plausible past of one room: cool nights, people by day, and an hour in which the sensor said nothing. */
export function makeHistory(
  room: string,
  metrics: readonly string[],
  from: number,
  to: number,
  points: number,
): HistoryAnswer {
  const step = Math.max(60_000, Math.ceil((to - from) / points / 60_000) * 60_000);
  const times: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) times.push(at);
  return {
    room,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    series: metrics.map((metric) => {
      const mean = times.map((at) => valueAt(metric, at));
      const spread = metric === "temperature_c" ? 0.15 : metric === "co2_ppm" ? 25 : 0;
      return {
        device: metric === "occupied" ? "pir-1" : "air-1",
        metric,
        unit: metric === "temperature_c" ? "°C" : metric === "co2_ppm" ? "ppm" : "true/false",
        step_s: step / 1000,
        at_ms: times,
        mean,
        min: mean.map((v) => (v === null ? null : v - spread)),
        max: mean.map((v) => (v === null ? null : v + spread)),
      };
    }),
  };
}

/** People are in from 9 to 12 and from 13:30 to 17, a little differently each day. */
function presence(at: number): number {
  const hour = (at / 3_600_000) % 24;
  const day = Math.floor(at / 86_400_000);
  const isWeekend = day % 7 === 2 || day % 7 === 3;
  if (isWeekend) return 0;
  const late = (day % 3) * 0.4;
  return (hour > 8 + late && hour < 11 + late) || (hour > 12.5 + late && hour < 15.5) ? 1 : 0;
}

function valueAt(metric: string, at: number): number | null {
  const hour = (at / 3_600_000) % 24;
  const gap = Math.floor(at / 86_400_000) % 4 === 1 && hour > 2 && hour < 3.2;
  if (gap) return null;
  const wobble = Math.sin(at / 1_700_000) * 0.12 + Math.sin(at / 610_000) * 0.06;
  const busy = smoothPresence(at);
  if (metric === "occupied") return presence(at);
  if (metric === "temperature_c") return 19.4 + 1.1 * Math.sin(((hour - 9) / 24) * 2 * Math.PI) + 1.5 * busy + wobble;
  if (metric === "co2_ppm") return 440 + 620 * busy + wobble * 60;
  return null;
}

/** What people leave in the air builds up and decays over about an hour and a half. */
function smoothPresence(at: number): number {
  let sum = 0;
  let weight = 0;
  for (let back = 0; back < 18; back += 1) {
    const w = Math.exp(-back / 6);
    sum += w * presence(at - back * 900_000);
    weight += w;
  }
  return sum / weight;
}
