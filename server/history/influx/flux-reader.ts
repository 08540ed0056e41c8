import {
  flux,
  fluxDateTime,
  fluxDuration,
  fluxExpression,
  HttpError,
  type ParameterizedQuery,
  type QueryApi,
  toFluxValue,
} from "@influxdata/influxdb-client";
import { metrics } from "#contract/metrics.ts";
import { instant, type Instant, rfc3339 } from "#contract/units.ts";
import { curveOf, fromStored, stepFor, stepStart, type StepValue } from "../curves.ts";
import type { HistoryCurve, HistoryQuestion, HistoryRow, LastValue, RowQuestion, Series } from "../history.ts";
import { asEngineError } from "./engine-error.ts";
import type { HistoryReader } from "./history-reader.ts";
import { MEASUREMENT } from "./lines.ts";

type FluxRecord = Record<string, string | number | undefined>;

/** Reads InfluxDB 2 by Flux. */
export class FluxReader implements HistoryReader {
  readonly #api: QueryApi;
  readonly #bucket: string;

  constructor(api: QueryApi, bucket: string) {
    this.#api = api;
    this.#bucket = bucket;
  }

  async query(question: HistoryQuestion): Promise<HistoryCurve[]> {
    const step = stepFor(question);
    const source = this.#source({ ...question, from: stepStart(question.from, step) });
    const every = fluxDuration(`${step}ms`);
    const records = await this.#ask(flux`data = ${source}
fold = (name, fn) => data |> aggregateWindow(every: ${every}, fn: fn, timeSrc: "_start", createEmpty: false) |> set(key: "fold", value: name)
union(tables: [fold(name: "mean", fn: mean), fold(name: "min", fn: min), fold(name: "max", fn: max)])
  |> pivot(rowKey: ["_time"], columnKey: ["fold"], valueColumn: "_value")
  |> keep(columns: ["_time", "device", "_field", "mean", "min", "max"])`);
    const curves = new Map<string, { device: string; metric: string; steps: StepValue[] }>();
    for (const record of records) {
      const { device, metric } = seriesOf(record);
      const curve = curves.get(`${device} ${metric}`) ?? { device, metric, steps: [] };
      curves.set(`${device} ${metric}`, curve);
      // Windows start at the epoch's multiples; the first may be cut to the start of the range, which is one of them.
      curve.steps.push({
        at: timeOf(record),
        mean: Number(record["mean"]),
        min: Number(record["min"]),
        max: Number(record["max"]),
      });
    }
    return Array.from(curves.values(), ({ device, metric, steps }) =>
      curveOf(
        { device, metric },
        step,
        steps.toSorted((a, b) => a.at - b.at),
      ),
    ).toSorted((a, b) => a.device.localeCompare(b.device) || a.metric.localeCompare(b.metric));
  }

  async lastValues(site: string, room?: string): Promise<LastValue[]> {
    const everything = { from: instant(0), to: undefined };
    const source = this.#source(room === undefined ? { site, ...everything } : { site, room, ...everything });
    const records = await this.#ask(
      flux`${source} |> last() |> keep(columns: ["_time", "_value", "site", "room", "device", "_field"])`,
    );
    return records.map((record) => {
      const series = seriesOf(record);
      return { ...series, at: timeOf(record), value: fromStored(series.metric, Number(record["_value"])) };
    });
  }

  async rows(question: RowQuestion): Promise<HistoryRow[]> {
    const records = await this.#ask(flux`${this.#source(question)}
  |> group() |> sort(columns: ["_time"]) |> limit(n: ${Math.trunc(question.limit)})
  |> keep(columns: ["_time", "_value", "site", "room", "device", "_field"])`);
    return records.map((record) => ({ series: seriesOf(record), at: timeOf(record), value: Number(record["_value"]) }));
  }

  #source(
    question: Partial<Omit<RowQuestion, "to">> & { site: string; from: Instant; to: Instant | undefined },
  ): ReturnType<typeof fluxExpression> {
    const { site, room, device, from, to, metrics: wanted } = question;
    const is = (column: string, value: string): string => `r.${column} == ${toFluxValue(value)}`;
    const conditions = [is("_measurement", MEASUREMENT), is("site", site)];
    if (room !== undefined) conditions.push(is("room", room));
    if (device !== undefined) conditions.push(is("device", device));
    const known = wanted?.filter((name) => metrics.has(name));
    if (known !== undefined)
      conditions.push(known.length === 0 ? "false" : `(${known.map((name) => is("_field", name)).join(" or ")})`);
    const stop = to === undefined ? "" : `, stop: ${toFluxValue(fluxDateTime(rfc3339(to)))}`;
    return fluxExpression(
      `from(bucket: ${toFluxValue(this.#bucket)}) |> range(start: ${toFluxValue(fluxDateTime(rfc3339(from)))}${stop}) |> filter(fn: (r) => ${conditions.join(" and ")})`,
    );
  }

  async #ask(query: ParameterizedQuery): Promise<FluxRecord[]> {
    const records: FluxRecord[] = [];
    try {
      for await (const { values, tableMeta } of this.#api.iterateRows(query)) records.push(tableMeta.toObject(values));
    } catch (error) {
      throw asEngineError(error instanceof HttpError ? error.statusCode : undefined, error);
    }
    return records;
  }
}

const timeOf = (record: FluxRecord): Instant => instant(Date.parse(String(record["_time"])));

const seriesOf = (record: FluxRecord): Series => ({
  site: String(record["site"] ?? ""),
  room: String(record["room"] ?? ""),
  device: String(record["device"] ?? ""),
  metric: String(record["_field"] ?? ""),
});
