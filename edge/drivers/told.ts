import type { ErrorCode, Parsed } from "#contract/errors.ts";
import { isPlausible, metrics as registry, type MetricValue, wrongType } from "#contract/metrics.ts";

/** What a device said in one answer or one look, in Greenroom's metrics. */
export type Metrics = Record<string, MetricValue>;

/** More is not read by anybody. */
const REFUSALS_TOLD = 5;

/**
 * Collects what a device tells. A value that its metric cannot have, by type or plausible range, is left out and named: a
 * device that lies never becomes a reading.
 */
export class Told {
  readonly metrics: Metrics = {};
  readonly #refused: string[] = [];

  put(name: string, value: MetricValue | undefined): void {
    if (value === undefined) return;
    const metric = registry.get(name);
    const why =
      metric === undefined
        ? "is no metric"
        : (wrongType(metric, value) ??
          (isPlausible(metric, value) ? undefined : `cannot be ${String(value)} ${metric.unit}`));
    if (why === undefined) this.metrics[name] = value;
    else this.refuse(`${name} ${why}`);
  }

  putAll(metrics: Readonly<Record<string, MetricValue | undefined>>): void {
    for (const [name, value] of Object.entries(metrics)) this.put(name, value);
  }

  /** Notes something that the device said and that cannot be taken. */
  refuse(why: string): void {
    this.#refused.push(why);
  }

  /** Why something was left out; `undefined` when nothing was. */
  get refused(): string | undefined {
    if (this.#refused.length === 0) return undefined;
    const more = this.#refused.length - REFUSALS_TOLD;
    return this.#refused.slice(0, REFUSALS_TOLD).join("; ") + (more > 0 ? `; and ${more} more` : "");
  }

  /** The form that every driver's pure `parseX` gives, for golden cases and for mutated answers. */
  parsed(where: string, code: ErrorCode = "DEVICE_GARBAGE"): Parsed<Metrics> {
    const why = this.refused;
    return why === undefined ? { ok: true, value: this.metrics } : { ok: false, code, where, why };
  }
}
