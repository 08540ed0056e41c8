import { HttpError, InfluxDB, type WriteApi } from "@influxdata/influxdb-client";
import type { Clock } from "#contract/clock.ts";
import { seconds } from "#contract/units.ts";
import type { Influx2Config } from "../engine-config.ts";
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
import { FluxReader } from "./flux-reader.ts";
import type { HistoryReader } from "./history-reader.ts";
import { toLine, toPoints } from "./lines.ts";
import { PositionFile } from "./position-file.ts";
import { readSecret } from "./secret.ts";
import { SettlingPosition } from "./settling-position.ts";
import { VictoriaReader } from "./victoria-reader.ts";

const LINES_PER_WRITE = 5_000;
const TIMEOUT_MS = 10_000;

export interface Influx2Surroundings {
  positionFile: string;
  clock: Clock;
}

/** History behind InfluxDB 2's write API: InfluxDB 2 itself, asked in Flux, or VictoriaMetrics, asked in its own way. */
export function startInflux2History(
  config: Influx2Config,
  { positionFile, clock }: Influx2Surroundings,
): HistoryEngine {
  const token = readSecret("token of the history store", { file: config.token_file, env: config.token_env });
  const client = new InfluxDB({ url: config.url, token: token ?? "", timeout: TIMEOUT_MS });
  // The drain tries again by itself, and keeps what was not taken.
  const writer = client.getWriteApi(config.org, config.bucket, "ms", {
    batchSize: LINES_PER_WRITE,
    maxRetries: 0,
    flushInterval: 0,
    // Handed on as it is, instead of to the console.
    writeFailed: async (error) => {
      throw error;
    },
  });
  const file = new PositionFile(positionFile);
  if (config.dialect === "flux")
    return new Influx2History(writer, new FluxReader(client.getQueryApi(config.org), config.bucket), fileOnly(file));
  const victoria = new VictoriaReader(config.url, token);
  const settling = new SettlingPosition({
    file,
    clock,
    settle: seconds(config.settle_s),
    health: () => victoria.health(),
  });
  return new Influx2History(writer, victoria, settling);
}

/** When a write counts for good. */
interface TakenOver {
  readonly position: JournalPosition | undefined;
  beforeWrite(): Promise<void>;
  written(upTo: JournalPosition): Promise<void>;
  check(): Promise<void>;
}

/** InfluxDB 2 syncs its log before it acknowledges. */
const fileOnly = (file: PositionFile): TakenOver => ({
  get position() {
    return file.position;
  },
  beforeWrite: () => Promise.resolve(),
  written: (upTo) => file.save(upTo),
  check: () => Promise.resolve(),
});

class Influx2History implements HistoryEngine {
  readonly #writer: WriteApi;
  readonly #reader: HistoryReader;
  readonly #taken: TakenOver;

  constructor(writer: WriteApi, reader: HistoryReader, taken: TakenOver) {
    this.#writer = writer;
    this.#reader = reader;
    this.#taken = taken;
  }

  async write({ rows, upTo }: HistoryBatch): Promise<void> {
    await this.#taken.beforeWrite();
    const lines = toPoints(rows).map(toLine);
    for (let i = 0; i < lines.length; i += LINES_PER_WRITE) {
      try {
        this.#writer.writeRecords(lines.slice(i, i + LINES_PER_WRITE));
        await this.#writer.flush();
      } catch (error) {
        throw asEngineError(error instanceof HttpError ? error.statusCode : undefined, error);
      }
    }
    if (upTo !== undefined) await this.#taken.written(upTo);
  }

  query(question: HistoryQuestion): Promise<HistoryCurve[]> {
    return question.to <= question.from ? Promise.resolve([]) : this.#reader.query(question);
  }

  lastValues(site: string, room?: string): Promise<LastValue[]> {
    return this.#reader.lastValues(site, room);
  }

  rows(question: RowQuestion): Promise<HistoryRow[]> {
    return this.#reader.rows(question);
  }

  position(): Promise<JournalPosition | undefined> {
    return Promise.resolve(this.#taken.position);
  }

  /** Expiry is the retention of the bucket. */
  async maintain(): Promise<boolean> {
    await this.#taken.check();
    return false;
  }

  async close(): Promise<void> {
    this.#writer.dispose();
    await this.#writer.close().catch(() => {});
  }
}
