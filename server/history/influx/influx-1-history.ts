import { InfluxDB } from "influx";
import { metricList, metrics } from "#contract/metrics.ts";
import { type Instant, instant, type Millis } from "#contract/units.ts";
import { curveOf, fromStored, stepFor, stepStart, type StepValue } from "../curves.ts";
import type { Influx1Config } from "../engine-config.ts";
import type {
  HistoryBatch,
  HistoryCurve,
  HistoryEngine,
  HistoryQuestion,
  HistoryRow,
  JournalPosition,
  LastValue,
  RowQuestion,
} from "../history.ts";
import { asEngineError } from "./engine-error.ts";
import { type DevicePoint, MEASUREMENT, toPoints } from "./lines.ts";
import { PositionFile } from "./position-file.ts";
import { readSecret } from "./secret.ts";

/** Points in one request; a body of some 500 kB. */
const POINTS_PER_WRITE = 5_000;
const TIMEOUT_MS = 10_000;

/** History in InfluxDB 1.x. It syncs its log before it acknowledges, so that an acknowledged batch is taken over for good. */
export function startInflux1History(config: Influx1Config, positionFile: string): HistoryEngine {
  const url = new URL(config.url);
  const password = readSecret("password of the history store", {
    file: config.password_file,
    env: config.password_env,
  });
  const client = new InfluxDB({
    protocol: url.protocol === "https:" ? "https" : "http",
    host: url.hostname,
    port: Number(url.port || (url.protocol === "https:" ? 443 : 8086)),
    ...(url.pathname === "/" ? {} : { path: url.pathname }),
    database: config.database,
    ...(config.username === undefined ? {} : { username: config.username, password: password ?? "" }),
    // The drain tries again by itself, patiently; a host is never set aside.
    pool: { maxRetries: 0, requestTimeout: TIMEOUT_MS, backoff: noBackoff },
  });
  return new Influx1History(client, config.database, new PositionFile(positionFile));
}

interface Backoff {
  getDelay(): number;
  next(): Backoff;
  reset(): Backoff;
}
const noBackoff: Backoff = { getDelay: () => 0, next: () => noBackoff, reset: () => noBackoff };

interface RawSeries {
  tags?: Record<string, string>;
  columns: string[];
  values: (number | string | null)[][];
}

class Influx1History implements HistoryEngine {
  readonly #client: InfluxDB;
  readonly #database: string;
  readonly #file: PositionFile;

  constructor(client: InfluxDB, database: string, file: PositionFile) {
    this.#client = client;
    this.#database = database;
    this.#file = file;
  }

  async write({ rows, upTo }: HistoryBatch): Promise<void> {
    const points = toPoints(rows);
    for (let i = 0; i < points.length; i += POINTS_PER_WRITE)
      await this.#writeSome(points.slice(i, i + POINTS_PER_WRITE));
    if (upTo !== undefined) await this.#file.save(upTo);
  }

  async query(question: HistoryQuestion): Promise<HistoryCurve[]> {
    if (question.to <= question.from) return [];
    const step = stepFor(question);
    const wanted = (question.metrics ?? []).filter((name) => metrics.has(name));
    if (question.metrics !== undefined && wanted.length === 0) return [];
    const folds = ["mean", "min", "max"].flatMap((fold) =>
      question.metrics === undefined ? `${fold}(*)` : wanted.map((name) => `${fold}("${name}") AS "${fold}_${name}"`),
    );
    // From the start of the first step, as the answer says.
    const where = whereOf({ ...question, from: stepStart(question.from, step) });
    const series = await this.#ask(
      `SELECT ${folds.join(", ")} FROM ${MEASUREMENT} WHERE ${where} GROUP BY time(${step}ms), "device" fill(none)`,
    );
    // Every series has the columns of all metrics; those that it never reported are empty.
    const curves = series.flatMap((one) => curvesOf(one, step)).filter(({ at_ms }) => at_ms.length > 0);
    return curves.toSorted(byDeviceAndMetric);
  }

  async lastValues(site: string, room?: string): Promise<LastValue[]> {
    const where = room === undefined ? { site } : { site, room };
    const condition = Object.entries(where).map(([tag, value]) => `"${tag}" = ${quoted(value)}`);
    // One statement per metric: with several selectors in one, InfluxQL forgets their times.
    const statements = metricList.map(
      ({ name }) =>
        `SELECT last("${name}") FROM ${MEASUREMENT} WHERE ${condition.join(" AND ")} GROUP BY "room", "device"`,
    );
    const answers = await this.#askMany(statements);
    const values: LastValue[] = [];
    for (const [i, { name: metric }] of metricList.entries()) {
      for (const {
        tags,
        values: [row],
      } of answers[i] ?? []) {
        if (row === undefined || typeof row[1] !== "number") continue;
        const place = { site, room: tags?.["room"] ?? "", device: tags?.["device"] ?? "" };
        values.push({ ...place, metric, at: instant(Number(row[0])), value: fromStored(metric, row[1]) });
      }
    }
    return values.toSorted((a, b) => a.room.localeCompare(b.room) || byDeviceAndMetric(a, b));
  }

  async rows(question: RowQuestion): Promise<HistoryRow[]> {
    const [answer] = await this.#ask(
      `SELECT * FROM ${MEASUREMENT} WHERE ${whereOf(question)} ORDER BY time ASC LIMIT ${Math.trunc(question.limit)}`,
    );
    if (answer === undefined) return [];
    const { columns, values } = answer;
    const [site, room, device] = ["site", "room", "device"].map((tag) => columns.indexOf(tag)) as [
      number,
      number,
      number,
    ];
    const rows = values.flatMap((row) =>
      columns.flatMap((metric, i): HistoryRow[] => {
        const value = row[i];
        if (!metrics.has(metric) || typeof value !== "number" || question.metrics?.includes(metric) === false)
          return [];
        const series = { site: String(row[site]), room: String(row[room]), device: String(row[device]), metric };
        return [{ series, at: instant(Number(row[0])), value }];
      }),
    );
    return rows.slice(0, question.limit);
  }

  position(): Promise<JournalPosition | undefined> {
    return Promise.resolve(this.#file.position);
  }

  /** Expiry is the retention policy of the database. */
  maintain(): Promise<boolean> {
    return Promise.resolve(false);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #writeSome(points: readonly DevicePoint[]): Promise<void> {
    const some = points.map(({ site, room, device, at, fields }) => ({
      measurement: MEASUREMENT,
      tags: { site, room, device },
      fields: Object.fromEntries(fields),
      timestamp: at,
    }));
    const write = (): Promise<void> => this.#client.writePoints(some, { precision: "ms" });
    await this.#guarded(async () => {
      try {
        await write();
      } catch (error) {
        if (statusOf(error) !== 404) throw error;
        await this.#client.createDatabase(this.#database);
        await write();
      }
    });
  }

  async #ask(statement: string): Promise<RawSeries[]> {
    return (await this.#askMany([statement]))[0] ?? [];
  }

  async #askMany(statements: string[]): Promise<RawSeries[][]> {
    const answer = await this.#guarded(() => this.#client.queryRaw(statements.join("; "), { precision: "ms" }));
    const { results = [] } = answer as { results?: { series?: RawSeries[]; error?: string }[] };
    const failures = results.flatMap(({ error }) => error ?? []);
    // Of several statements it does not say what is wrong; of the first one alone it does.
    if (failures[0] === "not executed" && statements.length > 1) return this.#askMany(statements.slice(0, 1));
    // A database that nothing was written to yet is an empty history.
    if (failures.some((failure) => failure.includes("database not found"))) return [];
    if (failures[0] !== undefined) throw asEngineError(404, new Error(failures[0]));
    return results.map((result) => result.series ?? []);
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw asEngineError(statusOf(error), error);
    }
  }
}

/** A string of InfluxQL; the client's own quoting leaves a backslash as it is. */
const quoted = (text: string): string =>
  `'${text.replaceAll(/[\\']/g, String.raw`\$&`).replaceAll("\n", String.raw`\n`)}'`;

const statusOf = (error: unknown): number | undefined =>
  (error as { res?: { statusCode?: number } } | undefined)?.res?.statusCode;

function whereOf({
  site,
  room,
  device,
  from,
  to,
}: Partial<RowQuestion> & { site: string; from: Instant; to: Instant }): string {
  const tags = Object.entries({ site, room, device }).filter((tag): tag is [string, string] => tag[1] !== undefined);
  const named = tags.map(([tag, value]) => `"${tag}" = ${quoted(value)}`);
  return [...named, `time >= ${from}ms`, `time < ${to}ms`].join(" AND ");
}

/** A table with the columns `mean_m`, `min_m`, `max_m` of several metrics, as one curve per metric. */
function curvesOf({ tags, columns, values }: RawSeries, step: Millis): HistoryCurve[] {
  const names = columns.filter((column) => column.startsWith("mean_")).map((column) => column.slice(5));
  return names.map((metric) => {
    const [mean, min, max] = ["mean", "min", "max"].map((fold) => columns.indexOf(`${fold}_${metric}`)) as [
      number,
      number,
      number,
    ];
    const steps = values.flatMap((row): StepValue[] =>
      typeof row[mean] === "number"
        ? [{ at: Number(row[0]), mean: row[mean], min: Number(row[min]), max: Number(row[max]) }]
        : [],
    );
    return curveOf({ device: tags?.["device"] ?? "", metric }, step, steps);
  });
}

const byDeviceAndMetric = (a: { device: string; metric: string }, b: { device: string; metric: string }): number =>
  a.device.localeCompare(b.device) || a.metric.localeCompare(b.metric);
