import type uPlot from "uplot";
import type { FanPoint } from "./forecast-fan.ts";

/** Standard errors to either side that hold 90 and 50 % of a normal distribution. */
export const WIDE = 1.645;
const NARROW = 0.674;

/** Draws what is expected: where it lies nine times of ten, every other time, and the mean as a dashed line. */
export function drawFan(plot: uPlot, fan: readonly FanPoint[], colour: string): void {
  const { ctx } = plot;
  const px = devicePixelRatio;
  const x = ({ at }: FanPoint): number => plot.valToPos(at / 1000, "x", true);
  const y = (value: number): number => plot.valToPos(value, "y", true);
  ctx.save();
  ctx.fillStyle = colour;
  ctx.strokeStyle = colour;
  for (const [width, alpha] of [
    [WIDE, 0.13],
    [NARROW, 0.2],
  ] as const) {
    ctx.globalAlpha = alpha;
    ctx.beginPath();
    for (const point of fan) ctx.lineTo(x(point), y(point.mean + width * point.sigma));
    for (const point of fan.toReversed()) ctx.lineTo(x(point), y(point.mean - width * point.sigma));
    ctx.closePath();
    ctx.fill();
  }
  ctx.globalAlpha = 1;
  ctx.lineWidth = 1.75 * px;
  ctx.setLineDash([2 * px, 4 * px]);
  ctx.beginPath();
  for (const point of fan) ctx.lineTo(x(point), y(point.mean));
  ctx.stroke();
  ctx.restore();
}
