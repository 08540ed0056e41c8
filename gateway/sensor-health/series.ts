import type { Metric, MetricValue } from "#contract/metrics.ts";
import { type Cadence, learnGap, newCadence } from "./cadence.ts";
import { type DriftHealth, isDisbelieved, judgeDrift, newDriftHealth } from "./drift.ts";
import type { Episode } from "./episode.ts";
import { type FrozenHealth, interruptRun, judgeFrozen, newFrozenHealth } from "./frozen.ts";
import type { MetricTraits } from "./metric-traits.ts";
import { type FiringHealth, judgeFiring, newFiringHealth } from "./never-fires.ts";
import { judgeRestless, newRestlessHealth, type RestlessHealth } from "./restless.ts";
import { type LifeSense, newLifeSense, noteLife, type RoomLife, senseLife } from "./room-life.ts";
import type { PeerLevels } from "./peer-levels.ts";
import { isTrusted, judgeValue, newValueHealth, type ValueHealth } from "./value-health.ts";

/** One metric of one device, and what is remembered of it. JSON. */
export interface Series {
  /** The last report. */
  last: number;
  cadence: Cadence;
  values?: ValueHealth | undefined;
  frozen?: FrozenHealth | undefined;
  restless?: RestlessHealth | undefined;
  firing?: FiringHealth | undefined;
  drift?: DriftHealth | undefined;
  /** Of metrics that tell whether a room is used. */
  sense?: LifeSense | undefined;
  /** The device speaks, this metric does not. */
  silent?: Episode | undefined;
}

/** Every key from the start: this is touched for each value of every room, and objects of one shape are quickest. */
export const newSeries = (): Series => ({
  last: 0,
  cadence: newCadence(),
  values: undefined,
  frozen: undefined,
  restless: undefined,
  firing: undefined,
  drift: undefined,
  sense: undefined,
  silent: undefined,
});

/** What the series of one metric are judged by. */
export interface SeriesKind {
  metric: Metric;
  traits: MetricTraits | undefined;
}

/** Where a series belongs, and what its detectors share. */
export interface SeriesContext {
  room: string;
  device: string;
  life: RoomLife;
  peers: PeerLevels;
  /** Hears of every episode that begins, changes or ends. */
  tell: (episode: Episode) => void;
}

/** Takes in one report. */
export function observeSeries(
  series: Series,
  { metric, traits }: SeriesKind,
  report: { value: MetricValue; at: number },
  context: SeriesContext,
): void {
  const at = report.at;
  if (series.last !== 0) learnGap(series.cadence, at - series.last);
  series.last = at;
  if (typeof report.value === "string") return;
  const value = Number(report.value);
  if (metric.plausible !== undefined) {
    const values = (series.values ??= newValueHealth());
    const verdict = judgeValue(values, { metric, traits, value, at });
    if (verdict.began !== undefined) context.tell(verdict.began);
    if (verdict.ended !== undefined) context.tell(verdict.ended);
    if (!values.isGood) return;
  }
  if (metric.name === "co2_ppm" || metric.name === "light_lux") series.sense ??= newLifeSense();
  const sign = senseLife(series.sense, metric.name, value, at);
  if (sign !== undefined) noteLife(context.life, at, sign === "clear");
  if (traits !== undefined) judgeCourse(series, traits, { metric: metric.name, value, at }, context);
}

/** What the course of good values reveals. */
function judgeCourse(
  series: Series,
  traits: MetricTraits,
  { metric, value, at }: { metric: string; value: number; at: number },
  { room, device, life, peers, tell }: SeriesContext,
): void {
  if (traits.frozen !== undefined) {
    const frozen = (series.frozen ??= newFrozenHealth());
    tellIf(tell, judgeFrozen(frozen, metric, traits.frozen, { value, at, life: life.signs }));
  }
  if (traits.restless !== undefined) {
    const restless = (series.restless ??= newRestlessHealth());
    tellIf(tell, judgeRestless(restless, metric, traits.restless, { value, at }));
  }
  if (traits.fires === true) {
    const firing = (series.firing ??= newFiringHealth());
    tellIf(tell, judgeFiring(firing, metric, { fires: value > 0, at, life }));
  }
  if (traits.drift !== undefined) {
    const drift = (series.drift ??= newDriftHealth());
    tellIf(tell, judgeDrift(drift, traits.drift, { metric, room, device, value, at, peers }));
  }
}

function tellIf(tell: (episode: Episode) => void, episode: Episode | undefined): void {
  if (episode !== undefined) tell(episode);
}

/** After a silence: time without reports proves nothing about values. */
export function interruptSeries(series: Series, gapMs: number): void {
  if (series.restless !== undefined) series.restless.unseenMs += gapMs;
  if (series.firing !== undefined) series.firing.unseenMs += gapMs;
  if (series.frozen !== undefined) interruptRun(series.frozen);
  if (series.values !== undefined) {
    series.values.cleanSince = 0;
    series.values.cleanReports = 0;
  }
}

/** Whether the latest value may be taken for the truth about the room. */
export const isSeriesTrusted = (series: Series): boolean =>
  (series.values === undefined || isTrusted(series.values)) &&
  series.frozen?.open === undefined &&
  series.restless?.open === undefined &&
  series.firing?.open === undefined &&
  (series.drift === undefined || !isDisbelieved(series.drift));

/** What lasts. */
export const openEpisodes = (series: Series): Episode[] =>
  [
    series.values?.range,
    series.frozen?.open,
    series.restless?.open,
    series.firing?.open,
    series.silent,
    series.drift?.open,
  ].filter((episode) => episode !== undefined);
