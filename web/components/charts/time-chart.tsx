import "uplot/dist/uPlot.min.css";
import { type ReactElement, useEffect, useRef } from "react";
import uPlot from "uplot";
import { metricValue } from "../../words/metric-words.ts";
import { clockTime, shortDay } from "../../words/time-words.ts";
import styles from "./chart.module.css";
import { drawFan, WIDE } from "./draw-fan.ts";
import type { FanPoint } from "./forecast-fan.ts";
import { type ChartColours, useChartColours } from "./chart-colours.ts";
import type { Line } from "./merge-series.ts";

/** Something that lasts: a visit, a maintenance window, an hour with people. */
export interface ChartSpan {
  from: number;
  to: number;
  label?: string;
  /** A colour token without its dashes: `ready-tint`. */
  token: string;
}

/** Something that happened at an instant. */
export interface ChartPin {
  at: number;
  token: string;
}

export interface TimeChartProps {
  line: Line;
  from: number;
  to: number;
  zone: string;
  height: number;
  metric: string;
  /** The comfort band; values inside are good. */
  band?: readonly [number, number];
  /** The scale shows at least this. */
  atLeast: readonly [number, number];
  spans?: readonly ChartSpan[];
  pins?: readonly ChartPin[];
  /** Drawn along the bottom. */
  strip?: readonly ChartSpan[];
  /** What is expected from now on. */
  fan?: readonly FanPoint[];
  now?: number;
  label: string;
  /** Dragging over a part asks for it more closely. */
  onZoom?: (from: number, to: number) => void;
}

const STRIP_PX = 6;

/** A line over time with what explains it drawn in: the comfort band, visits, alerts and when people were there. */
export function TimeChart(props: TimeChartProps): ReactElement {
  const { line, from, to, zone, height, metric, band, atLeast, spans, pins, strip, fan, now, label, onZoom } = props;
  const holder = useRef<HTMLDivElement>(null);
  const tip = useRef<HTMLDivElement>(null);
  const colours = useChartColours();

  // Built anew when something changes: at a few hundred points that costs a millisecond or two.
  useEffect(() => {
    const element = holder.current;
    if (element === null) return undefined;
    const drawing = { from, to, zone, height, metric, atLeast, band, spans, pins, strip, fan, now, onZoom };
    const plot = new uPlot(optionsOf(drawing, colours, tip, element.clientWidth), [line.at_s, line.mean], element);
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [line, from, to, zone, height, metric, band, atLeast, spans, pins, strip, fan, now, onZoom, colours]);

  return (
    <figure className={styles["chart"]} aria-label={label} style={{ height }}>
      <div ref={holder} aria-hidden="true" />
      <div ref={tip} className={styles["tip"]} hidden aria-hidden="true" />
    </figure>
  );
}

/** What is drawn, without the line itself. */
interface Drawing {
  from: number;
  to: number;
  zone: string;
  height: number;
  metric: string;
  atLeast: readonly [number, number];
  band: readonly [number, number] | undefined;
  spans: readonly ChartSpan[] | undefined;
  pins: readonly ChartPin[] | undefined;
  strip: readonly ChartSpan[] | undefined;
  fan: readonly FanPoint[] | undefined;
  now: number | undefined;
  onZoom: ((from: number, to: number) => void) | undefined;
}

function optionsOf(
  drawing: Drawing,
  colours: ChartColours,
  tip: { current: HTMLDivElement | null },
  width: number,
): uPlot.Options {
  const { from, to, height, zone, onZoom } = drawing;
  const font = `11px "Inter Variable", sans-serif`;
  return {
    width,
    height,
    legend: { show: false },
    cursor: {
      y: false,
      points: { size: 7, fill: colours.primary },
      drag: { x: onZoom !== undefined, y: false, setScale: false },
    },
    scales: {
      x: { time: false, range: () => [from / 1000, to / 1000] },
      y: { range: (_, min, max) => yRange(drawing, min, max) },
    },
    axes: [
      {
        font,
        stroke: colours.ink3,
        grid: { show: false },
        ticks: { show: false },
        size: 24,
        gap: 4,
        splits: () => timeSplits(from, to, zone, width),
        values: (_, splits) => splits.map((at) => timeLabel(at * 1000, from, to, zone)),
      },
      {
        font,
        stroke: colours.ink3,
        grid: { stroke: colours.line, width: 1 },
        ticks: { show: false },
        size: 44,
        gap: 6,
        space: 34,
      },
    ],
    series: [{}, { stroke: colours.primary, width: 1.75, points: { show: false }, spanGaps: false }],
    hooks: {
      drawClear: [(plot) => drawUnder(plot, drawing, colours)],
      draw: [(plot) => drawOver(plot, drawing, colours)],
      setCursor: [(plot) => moveTip(plot, drawing, tip.current)],
      setSelect: [(plot) => zoomTo(plot, onZoom)],
    },
  };
}

function zoomTo(plot: uPlot, onZoom: Drawing["onZoom"]): void {
  if (onZoom === undefined || plot.select.width < 8) return;
  const at = (px: number): number => plot.posToVal(px, "x") * 1000;
  onZoom(at(plot.select.left), at(plot.select.left + plot.select.width));
  plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
}

function yRange({ atLeast, band, fan, to }: Drawing, min: number | null, max: number | null): [number, number] {
  const seen = (fan ?? []).filter(({ at }) => at <= to);
  const low = Math.min(
    min ?? atLeast[0],
    atLeast[0],
    band?.[0] ?? Number.POSITIVE_INFINITY,
    ...seen.map(({ mean, sigma }) => mean - WIDE * sigma),
  );
  const high = Math.max(
    max ?? atLeast[1],
    atLeast[1],
    band?.[1] ?? Number.NEGATIVE_INFINITY,
    ...seen.map(({ mean, sigma }) => mean + WIDE * sigma),
  );
  const room = (high - low) * 0.08;
  return [low - room, high + room];
}

/** Full hours in the room's own zone, as many as fit. */
function timeSplits(from: number, to: number, zone: string, width: number): number[] {
  const hours = (to - from) / 3_600_000;
  const most = Math.max(3, Math.floor(width / 76));
  const step = [0.25, 0.5, 1, 2, 3, 6, 12, 24, 48, 168, 336].find((h) => hours / h <= most) ?? 720;
  const offset = zoneOffset(from, zone);
  const stepMs = step * 3_600_000;
  const splits = [];
  for (let at = Math.ceil((from + offset) / stepMs) * stepMs - offset; at <= to; at += stepMs) splits.push(at / 1000);
  return splits;
}

/** How far that zone is ahead of UTC, so that labels fall on its own full hours. */
function zoneOffset(at: number, zone: string): number {
  const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  const difference = minutes(clockTime(at, zone)) - minutes(clockTime(at, "UTC"));
  return difference * 60_000;
}

function timeLabel(at: number, from: number, to: number, zone: string): string {
  if (to - from <= 36 * 3_600_000) return clockTime(at, zone);
  const time = clockTime(at, zone);
  return time === "00:00" ? shortDay(at, zone).slice(0, 6) : time;
}

function drawUnder(plot: uPlot, { band, spans }: Drawing, colours: ChartColours): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const span of spans ?? []) {
    const left = plot.valToPos(span.from / 1000, "x", true);
    const right = plot.valToPos(span.to / 1000, "x", true);
    ctx.fillStyle = colours.of(`--${span.token}`);
    ctx.fillRect(left, bbox.top, Math.max(1, right - left), bbox.height);
    if (span.label !== undefined && right - left > 40 * devicePixelRatio) {
      ctx.fillStyle = colours.ink3;
      ctx.font = `${11 * devicePixelRatio}px "Inter Variable", sans-serif`;
      ctx.fillText(span.label, left + 5 * devicePixelRatio, bbox.top + 14 * devicePixelRatio, right - left - 8);
    }
  }
  if (band !== undefined) {
    const top = plot.valToPos(band[1], "y", true);
    const bottom = plot.valToPos(band[0], "y", true);
    ctx.fillStyle = colours.band;
    ctx.fillRect(bbox.left, top, bbox.width, bottom - top);
  }
  ctx.restore();
}

function drawOver(plot: uPlot, { strip, pins, fan, now }: Drawing, colours: ChartColours): void {
  const { ctx, bbox } = plot;
  const px = devicePixelRatio;
  const x = (ms: number): number => plot.valToPos(ms / 1000, "x", true);
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const span of strip ?? []) {
    ctx.fillStyle = colours.of(`--${span.token}`);
    ctx.fillRect(
      x(span.from),
      bbox.top + bbox.height - STRIP_PX * px,
      Math.max(1, x(span.to) - x(span.from)),
      STRIP_PX * px,
    );
  }
  if (fan !== undefined && fan.length > 1) drawFan(plot, fan, colours.primary);
  for (const pin of pins ?? []) {
    ctx.strokeStyle = colours.of(`--${pin.token}`);
    ctx.fillStyle = ctx.strokeStyle;
    ctx.lineWidth = px;
    ctx.beginPath();
    ctx.moveTo(x(pin.at), bbox.top);
    ctx.lineTo(x(pin.at), bbox.top + bbox.height);
    ctx.stroke();
    ctx.beginPath();
    ctx.arc(x(pin.at), bbox.top + 5 * px, 4 * px, 0, 2 * Math.PI);
    ctx.fill();
  }
  if (now !== undefined) {
    ctx.strokeStyle = colours.ink;
    ctx.setLineDash([3 * px, 3 * px]);
    ctx.beginPath();
    ctx.moveTo(x(now), bbox.top);
    ctx.lineTo(x(now), bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

function moveTip(plot: uPlot, { zone, metric, from, to }: Drawing, tip: HTMLDivElement | null): void {
  if (tip === null) return;
  const index = plot.cursor.idx;
  const left = plot.cursor.left ?? -1;
  const at = index === null || index === undefined ? undefined : plot.data[0][index];
  const value = index === null || index === undefined ? undefined : plot.data[1]?.[index];
  if (at === undefined || left < 0) {
    tip.hidden = true;
    return;
  }
  const isShort = to - from <= 36 * 3_600_000;
  const day = isShort ? "" : `${shortDay(at * 1000, zone)} `;
  tip.textContent = `${day}${clockTime(at * 1000, zone)} · ${value === null || value === undefined ? "nothing reported" : metricValue(metric, value)}`;
  tip.hidden = false;
  const place = left + plot.bbox.left / devicePixelRatio;
  const room = plot.width - tip.offsetWidth;
  tip.style.left = `${Math.max(0, Math.min(room, place - tip.offsetWidth / 2))}px`;
}
