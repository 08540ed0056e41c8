import { Button, SegmentedControl } from "@mantine/core";
import { type ReactElement, useCallback, useMemo, useState } from "react";
import type { AlertView, DemoView, RoomDetail } from "#contract/api/views.ts";
import { useDemosWithin } from "../../data/demos.ts";
import { useDemos } from "../../data/live/use-live.ts";
import { useHistory } from "../../data/history.ts";
import { metricLabel, metricUnit, metricFigure } from "../../words/metric-words.ts";
import { Failed } from "../blank.tsx";
import { Panel } from "../panel.tsx";
import { Bone } from "../skeleton.tsx";
import { forecastFan } from "./forecast-fan.ts";
import { type Line, mergeSeries, rangeOf } from "./merge-series.ts";
import { occupiedSpans } from "./occupied-spans.ts";
import styles from "./room-history.module.css";
import { type ChartPin, type ChartSpan, TimeChart } from "./time-chart.tsx";

const HOUR_MS = 3_600_000;
const spans = { "24h": 24 * HOUR_MS, "7d": 7 * 24 * HOUR_MS, "90d": 90 * 24 * HOUR_MS } as const;
type SpanName = keyof typeof spans;
const AHEAD_MS: Readonly<Record<SpanName, number>> = { "24h": 3 * HOUR_MS, "7d": 12 * HOUR_MS, "90d": 48 * HOUR_MS };
const METRICS = ["temperature_c", "co2_ppm", "occupied"] as const;
const TEMPERATURE: readonly [number, number] = [18, 26];
const CO2: readonly [number, number] = [400, 1_000];
const POINTS = 420;

interface RoomHistoryProps {
  room: RoomDetail;
  alerts: readonly AlertView[];
  now: number;
}

/** Temperature and CO₂ of a day, a week or a quarter, with the comfort band, visits, people and alerts drawn in. */
export function RoomHistory({ room, alerts, now }: RoomHistoryProps): ReactElement {
  const [name, setName] = useState<SpanName>("24h");
  const [zoom, setZoom] = useState<[number, number]>();
  const onZoom = useCallback((from: number, to: number) => setZoom([from, to]), []);
  const step = Math.floor(now / 300_000) * 300_000;
  const [from, to] = zoom ?? [step - spans[name], step + AHEAD_MS[name]];
  const history = useHistory({ roomKey: room.key, metrics: METRICS, from, to: Math.min(to, step), points: POINTS });
  const demos = useDemosWithin({ from, to, room: room.key });
  const drawn = useMemo(
    () => ({
      temperature: mergeSeries(history.data?.series ?? [], "temperature_c"),
      co2: mergeSeries(history.data?.series ?? [], "co2_ppm"),
      people: occupiedSpans(mergeSeries(history.data?.series ?? [], "occupied")),
    }),
    [history.data],
  );
  const blocks = useMemo(() => (demos.data ?? []).map(blockOf), [demos.data]);
  const pins = useMemo(() => alerts.map(pinOf), [alerts]);
  const live = useDemos();
  const fans = useMemo(() => {
    const here = live.filter((demo) => demo.room_key === room.key);
    return {
      temperature: forecastFan(here, "temperature_c", drawn.temperature, step),
      co2: forecastFan(here, "co2_ppm", drawn.co2, step),
    };
  }, [live, room.key, drawn, step]);
  const shared = { from, to, zone: room.zone, spans: blocks, pins, strip: drawn.people, now: step, onZoom };
  const comfort = room.card.comfort;
  return (
    <Panel
      title="History"
      aside={
        <div className={styles["range"]}>
          {zoom !== undefined && (
            <Button size="compact-sm" variant="default" onClick={() => setZoom(undefined)}>
              Back to {name === "24h" ? "24 h" : name === "7d" ? "7 days" : "90 days"}
            </Button>
          )}
          <SegmentedControl
            size="xs"
            aria-label="Span of time"
            value={name}
            onChange={(value) => {
              setName(value);
              setZoom(undefined);
            }}
            data={[
              { value: "24h", label: "24 h" },
              { value: "7d", label: "7 days" },
              { value: "90d", label: "90 days" },
            ]}
          />
        </div>
      }
    >
      {history.isError && <Failed what="History" error={history.error} onRetry={() => void history.refetch()} />}
      {history.isPending && <Bone height="24rem" />}
      {history.data !== undefined && (
        <div className={styles["charts"]}>
          <OneMetric
            {...shared}
            metric="temperature_c"
            line={drawn.temperature}
            fan={fans.temperature}
            height={220}
            atLeast={TEMPERATURE}
            {...(comfort?.temperature_c === undefined ? {} : { band: comfort.temperature_c.ready })}
          />
          <OneMetric
            {...shared}
            metric="co2_ppm"
            line={drawn.co2}
            fan={fans.co2}
            height={160}
            atLeast={CO2}
            {...(comfort?.co2_ppm === undefined ? {} : { band: [400, comfort.co2_ppm.ready[1]] as const })}
          />
          <Key hasBand={comfort?.temperature_c !== undefined} hasFan={fans.temperature.length + fans.co2.length > 0} />
        </div>
      )}
    </Panel>
  );
}

type OneMetricProps = Omit<Parameters<typeof TimeChart>[0], "label"> & { line: Line };

function OneMetric(props: OneMetricProps): ReactElement {
  const range = rangeOf(props.line);
  const label = metricLabel(props.metric);
  const unit = metricUnit(props.metric);
  const words =
    range === undefined
      ? "nothing was reported"
      : `${metricFigure(props.metric, range[0])} to ${metricFigure(props.metric, range[1])} ${unit}`;
  return (
    <div>
      <p className={styles["title"]}>
        {label} <span>{words}</span>
      </p>
      <TimeChart {...props} label={`${label}: ${words}`} />
    </div>
  );
}

function Key({ hasBand, hasFan }: { hasBand: boolean; hasFan: boolean }): ReactElement {
  return (
    <p className={styles["key"]}>
      {hasBand && (
        <span>
          <span className={styles["swatch"]} style={{ background: "var(--band)" }} /> comfortable
        </span>
      )}
      <span>
        <span className={styles["swatch"]} style={{ background: "var(--sunken)" }} /> visit
      </span>
      <span>
        <span className={styles["swatch"]} style={{ background: "var(--maintenance-solid)" }} /> somebody is in
      </span>
      <span>
        <span className={styles["swatch"]} style={{ background: "var(--at_risk-solid)", borderRadius: "50%" }} /> alert
      </span>
      {hasFan && (
        <span>
          <span className={styles["swatch"]} style={{ background: "var(--primary-ink)", opacity: 0.35 }} /> expected at
          arrival, 50 and 90 %
        </span>
      )}
      <span>drag to look closer</span>
    </p>
  );
}

const blockOf = (demo: DemoView): ChartSpan => ({
  from: Date.parse(demo.start),
  to: Date.parse(demo.end),
  label: demo.account ?? demo.title,
  token: "sunken",
});
const pinOf = (alert: AlertView): ChartPin => ({ at: Date.parse(alert.raised_at), token: "at_risk-solid" });
