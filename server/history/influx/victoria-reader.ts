import { request } from "undici";
import { z } from "zod";
import { metrics } from "#contract/metrics.ts";
import { instant, type Millis } from "#contract/units.ts";
import { curveOf, fromStored, stepFor, stepStart, type StepValue } from "../curves.ts";
import type { HistoryCurve, HistoryQuestion, HistoryRow, LastValue, RowQuestion, Series } from "../history.ts";
import { asEngineError } from "./engine-error.ts";
import type { HistoryReader } from "./history-reader.ts";
import { MEASUREMENT } from "./lines.ts";
import type { ServerHealth } from "./settling-position.ts";

const PREFIX = `${MEASUREMENT}_`;
const TIMEOUT_MS = 30_000;
/** How far back the newest value of a series is looked for. */
const LAST_SEEN = "35d";

const Labels = z.object({
  __name__: z.string(),
  site: z.string(),
  room: z.string(),
  device: z.string(),
  fold: z.string().optional(),
});
type Labels = z.infer<typeof Labels>;
const Sample = z.tuple([z.number(), z.string()]);
const Answer = z.object({
  data: z.object({
    result: z.array(z.object({ metric: Labels, value: Sample.optional(), values: z.array(Sample).optional() })),
  }),
});
const ExportLine = z.object({
  metric: Labels,
  values: z.array(z.number().nullable()),
  timestamps: z.array(z.number()),
});

/** Reads VictoriaMetrics, which names a field of the line protocol `greenroom_{metric}`, by its own query API. */
export class VictoriaReader implements HistoryReader {
  readonly #base: string;
  readonly #headers: Record<string, string>;

  constructor(url: string, token: string | undefined) {
    this.#base = url.replace(/\/+$/, "");
    this.#headers = token === undefined ? {} : { authorization: `Token ${token}` };
  }

  async query(question: HistoryQuestion): Promise<HistoryCurve[]> {
    const step = stepFor(question);
    const selector = `${selectorOf(question)}[${step}ms]`;
    const fold = (name: string, f: string): string => `label_set(${f}(${selector}), "fold", "${name}")`;
    const first = stepStart(question.from, step);
    const results = await this.#ask("/api/v1/query_range", {
      query: `union(${fold("mean", "avg_over_time")}, ${fold("min", "min_over_time")}, ${fold("max", "max_over_time")})`,
      // A window ends, inclusively, at the time that is asked for: the last millisecond of a step gives just that step.
      start: String((first + step - 1) / 1_000),
      end: String((stepStart(instant(question.to - 1), step) + step - 1) / 1_000),
      step: `${step}ms`,
      // Otherwise start and end are moved to suit its cache.
      nocache: "1",
    });
    const curves = new Map<string, { device: string; metric: string; steps: Map<number, StepValue> }>();
    for (const { metric: labels, values = [] } of results) {
      const { device, metric } = seriesOf(labels);
      const key = `${device} ${metric}`;
      const curve = curves.get(key) ?? { device, metric, steps: new Map() };
      curves.set(key, curve);
      for (const [end_s, value] of values)
        foldIn(curve.steps, Math.round(end_s * 1_000) + 1 - step, labels.fold, Number(value));
    }
    return Array.from(curves.values(), (curve) => drawn(curve, step)).toSorted(byPlace);
  }

  async lastValues(site: string, room?: string): Promise<LastValue[]> {
    const selector = `${selectorOf(room === undefined ? { site } : { site, room })}[${LAST_SEEN}]`;
    const [values, times] = await Promise.all([
      this.#ask("/api/v1/query", { query: `last_over_time(${selector})` }),
      this.#ask("/api/v1/query", { query: `tlast_over_time(${selector}) keep_metric_names` }),
    ]);
    const keyOf = ({ __name__, room, device }: Labels): string => `${room} ${device} ${__name__}`;
    const at = new Map(times.map(({ metric, value }) => [keyOf(metric), Math.round(Number(value?.[1]) * 1_000)]));
    return values
      .flatMap(({ metric: labels, value }): LastValue[] => {
        const seen = at.get(keyOf(labels));
        const series = seriesOf(labels);
        if (seen === undefined || value === undefined) return [];
        return [{ ...series, at: instant(seen), value: fromStored(series.metric, Number(value[1])) }];
      })
      .toSorted(byPlace);
  }

  async rows(question: RowQuestion): Promise<HistoryRow[]> {
    const text = await this.#get("/api/v1/export", {
      "match[]": selectorOf(question),
      start: String(question.from / 1_000),
      end: String((question.to - 1) / 1_000),
    });
    const rows: HistoryRow[] = [];
    for (const line of text.split("\n").filter(Boolean)) {
      const parsed = ExportLine.safeParse(JSON.parse(line));
      if (!parsed.success) continue;
      const { metric, values, timestamps } = parsed.data;
      const series = seriesOf(metric);
      let last = -1;
      for (const [i, at] of timestamps.entries()) {
        const value = values[i];
        // What was written again after a restart may be there twice.
        if (typeof value === "number" && at !== last) rows.push({ series, at: instant(at), value });
        last = at;
      }
    }
    return rows.toSorted((a, b) => a.at - b.at).slice(0, question.limit);
  }

  /** How to tell whether it is still the same process. */
  async health(): Promise<ServerHealth> {
    const text = await this.#get("/metrics", {});
    const number = (name: string): number =>
      Number(
        text
          .split("\n")
          .find((line) => line.startsWith(`${name} `))
          ?.split(" ")
          .at(-1) ?? 0,
      );
    return {
      startedAt: number("process_start_time_seconds"),
      rowsTaken: number('vm_rows_inserted_total{type="influx"}'),
    };
  }

  async #ask(path: string, form: Record<string, string>): Promise<z.infer<typeof Answer>["data"]["result"]> {
    const parsed = Answer.safeParse(JSON.parse(await this.#get(path, form)));
    if (!parsed.success) throw asEngineError(undefined, new Error(`${path} answered something else than expected`));
    return parsed.data.data.result;
  }

  async #get(path: string, query: Record<string, string>): Promise<string> {
    let status: number | undefined;
    let text: string;
    try {
      const options = { query, headers: this.#headers, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS };
      const { statusCode, body } = await request(`${this.#base}${path}`, options);
      status = statusCode;
      text = await body.text();
    } catch (error) {
      throw asEngineError(status, error);
    }
    if (status !== 200) throw asEngineError(status, new Error(`${path} answered ${status}: ${text.slice(0, 300)}`));
    return text;
  }
}

const quoted = (text: string): string => JSON.stringify(text);

function selectorOf({ site, room, device, metrics: wanted }: Partial<RowQuestion> & { site: string }): string {
  const known = wanted?.filter((name) => metrics.has(name));
  const name = known === undefined ? `${PREFIX}.+` : known.length === 0 ? "nothing" : `${PREFIX}(${known.join("|")})`;
  const labels = [`__name__=~${quoted(name)}`, `site=${quoted(site)}`];
  if (room !== undefined) labels.push(`room=${quoted(room)}`);
  if (device !== undefined) labels.push(`device=${quoted(device)}`);
  return `{${labels.join(",")}}`;
}

const seriesOf = ({ __name__, site, room, device }: Labels): Series => ({
  site,
  room,
  device,
  metric: __name__.slice(PREFIX.length),
});

function foldIn(steps: Map<number, StepValue>, at: number, fold: string | undefined, value: number): void {
  const step = steps.get(at) ?? { at, mean: value, min: value, max: value };
  steps.set(at, step);
  if (fold === "mean" || fold === "min" || fold === "max") step[fold] = value;
}

const drawn = (
  { device, metric, steps }: { device: string; metric: string; steps: Map<number, StepValue> },
  step: Millis,
): HistoryCurve =>
  curveOf(
    { device, metric },
    step,
    [...steps.values()].toSorted((a, b) => a.at - b.at),
  );

const byPlace = (
  a: { room?: string; device: string; metric: string },
  b: { room?: string; device: string; metric: string },
): number =>
  (a.room ?? "").localeCompare(b.room ?? "") || a.device.localeCompare(b.device) || a.metric.localeCompare(b.metric);
