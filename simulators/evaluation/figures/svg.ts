import { placeLabels } from "./labels.ts";

/** One line or cloud of points in a chart. */
export interface Series {
  name: string;
  colour: string;
  points: readonly { x: number; y: number; label?: string; size?: number }[];
  /** Points are joined by a line unless this says otherwise. */
  isCloud?: boolean;
}

export interface Axis {
  label: string;
  from: number;
  to: number;
  ticks: readonly number[];
}

export interface Chart {
  title: string;
  x: Axis;
  y: Axis;
  series: readonly Series[];
  /** A line of perfect agreement from corner to corner. */
  diagonal?: true;
}

const WIDTH = 640;
const HEIGHT = 400;
const LEFT = 60;
const RIGHT = 170;
const TOP = 40;
const BOTTOM = 50;
/** Radius of a point. */
const SIZE = 4;

/** Colours that are told apart without colour vision, on white and on dark alike. */
export const colours = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#8f6b00",
  "#56b4e9",
  "#666666",
  "#7b3294",
] as const;

/** A chart as SVG: readable without fonts of its own, with a title for those who hear it. */
export function drawChart({ title, x, y, series, diagonal }: Chart): string {
  const px = (value: number): string => round(LEFT + ((value - x.from) / (x.to - x.from)) * (WIDTH - LEFT - RIGHT));
  const py = (value: number): string =>
    round(HEIGHT - BOTTOM - ((value - y.from) / (y.to - y.from)) * (HEIGHT - TOP - BOTTOM));
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${LEFT}" y="22" font-size="15" fill="#222222">${escaped(title)}</text>`,
    ...x.ticks.map(
      (tick) =>
        `<path d="M${px(tick)} ${py(y.from)}V${py(y.to)}" stroke="#dddddd"/><text x="${px(tick)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle" fill="#444444">${tick}</text>`,
    ),
    ...y.ticks.map(
      (tick) =>
        `<path d="M${px(x.from)} ${py(tick)}H${px(x.to)}" stroke="#dddddd"/><text x="${LEFT - 8}" y="${Number(py(tick)) + 4}" text-anchor="end" fill="#444444">${tick}</text>`,
    ),
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 10}" text-anchor="middle" fill="#222222">${escaped(x.label)}</text>`,
    `<text transform="translate(16 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle" fill="#222222">${escaped(y.label)}</text>`,
    ...(diagonal === true
      ? [`<path d="M${px(x.from)} ${py(y.from)}L${px(x.to)} ${py(y.to)}" stroke="#888888" stroke-dasharray="4 4"/>`]
      : []),
    ...series.flatMap((each, i) => drawSeries(each, { px, py, legendY: TOP + 10 + i * 20 })),
    ...drawLabels(series, { px, py }),
    "</svg>\n",
  ];
  return parts.join("\n");
}

interface Scales {
  px: (value: number) => string;
  py: (value: number) => string;
}

function drawSeries(
  { name, colour, points, isCloud }: Series,
  { px, py, legendY }: Scales & { legendY: number },
): string[] {
  const line = points.map(({ x, y }, i) => `${i === 0 ? "M" : "L"}${px(x)} ${py(y)}`).join("");
  const legendX = WIDTH - RIGHT + 16;
  return [
    ...(isCloud === true || points.length < 2
      ? []
      : [`<path d="${line}" fill="none" stroke="${colour}" stroke-width="2"/>`]),
    ...points.map(
      ({ x, y, size = SIZE }) => `<circle cx="${px(x)}" cy="${py(y)}" r="${round(size)}" fill="${colour}"/>`,
    ),
    `<circle cx="${legendX}" cy="${legendY}" r="5" fill="${colour}"/><text x="${legendX + 12}" y="${legendY + 4}" fill="#222222">${escaped(name)}</text>`,
  ];
}

/** The points' own labels: above all lines, and none upon another. */
function drawLabels(series: readonly Series[], { px, py }: Scales): string[] {
  const dots = series.flatMap(({ points }) =>
    points.map(({ x, y, label, size = SIZE }) => ({ x: Number(px(x)), y: Number(py(y)), radius: size, label })),
  );
  const within = { left: LEFT, right: WIDTH - RIGHT + 10, top: TOP - 14, bottom: HEIGHT - BOTTOM };
  return placeLabels(dots, within).flatMap((place, i) => {
    const { x = 0, y = 0, label } = dots[i] ?? {};
    if (place === undefined || label === undefined) return [];
    const [atX, atY] = [round(place.x), round(place.y)];
    return [
      ...(place.isFar ? [`<path d="M${x} ${y}L${atX} ${atY}" stroke="#bbbbbb"/>`] : []),
      `<text x="${atX}" y="${round(place.y + 3.5)}" text-anchor="middle" font-size="10" fill="#222222" stroke="#ffffff" stroke-width="2" paint-order="stroke">${escaped(label)}</text>`,
    ];
  });
}

const round = (value: number): string => String(Math.round(value * 10) / 10);
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Round steps from 0 that reach a value. */
export function axisTo(label: string, largest: number): Axis {
  const rough = Math.max(largest, 1e-6) / 5;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((each) => each * unit >= rough) ?? 10) * unit;
  const count = Math.ceil(largest / step);
  const ticks = Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(6)));
  return { label, from: 0, to: ticks.at(-1) ?? 1, ticks };
}
