import { type ReactElement, useMemo } from "react";
import type { AlertView } from "#contract/api/views.ts";
import { useDemo } from "../../data/live/use-live.ts";
import { useHistory } from "../../data/history.ts";
import { useRoomDetail } from "../../data/rooms.ts";
import { metricLabel } from "../../words/metric-words.ts";
import { causeMetric } from "./cause-metric.ts";
import { forecastFan } from "./forecast-fan.ts";
import { mergeSeries } from "./merge-series.ts";
import { TimeChart } from "./time-chart.tsx";

const HOUR_MS = 3_600_000;
const STEP_MS = 5 * 60_000;
const AT_LEAST: Readonly<Record<string, readonly [number, number]>> = {
  temperature_c: [18, 25],
  co2_ppm: [400, 1200],
  humidity_pct: [20, 70],
};

/** The last hours of what an alert is about, with the comfort band and the arrival; nothing where a line would say nothing. */
export function CauseChart({ alert, now }: { alert: AlertView; now: number }): ReactElement | null {
  const metric = causeMetric(alert.cause);
  return metric === undefined ? null : <MetricChart alert={alert} now={now} metric={metric} />;
}

function MetricChart({ alert, now, metric }: { alert: AlertView; now: number; metric: string }): ReactElement {
  const step = Math.floor(now / STEP_MS) * STEP_MS;
  const arrival = alert.arrival === undefined ? step : Date.parse(alert.arrival);
  const to = Math.max(step + HOUR_MS / 2, arrival + HOUR_MS / 2);
  const from = step - 6 * HOUR_MS;
  const history = useHistory({ roomKey: alert.room_key, metrics: [metric], from, to: step, points: 180 });
  const detail = useRoomDetail(alert.room_key);
  const line = useMemo(() => mergeSeries(history.data?.series ?? [], metric), [history.data, metric]);
  const demo = useDemo(alert.demo ?? "");
  const fan = useMemo(
    () => (demo === undefined ? [] : forecastFan([demo], metric, line, step)),
    [demo, metric, line, step],
  );
  const pins = useMemo(() => [{ at: Date.parse(alert.act_by), token: "at_risk-solid" }], [alert.act_by]);
  const spans = useMemo(
    () =>
      alert.arrival === undefined ? [] : [{ from: arrival, to, label: alert.demo_title ?? "visit", token: "sunken" }],
    [alert.arrival, alert.demo_title, arrival, to],
  );
  const comfort = detail.data?.card.comfort as Record<string, { ready: [number, number] }> | undefined;
  const band = comfort?.[metric]?.ready;
  return (
    <TimeChart
      label={`${metricLabel(metric)} of the last six hours`}
      line={line}
      from={from}
      to={to}
      zone={alert.zone}
      height={176}
      metric={metric}
      atLeast={AT_LEAST[metric] ?? [0, 1]}
      spans={spans}
      pins={pins}
      fan={fan}
      now={now}
      {...(band === undefined ? {} : { band })}
    />
  );
}
