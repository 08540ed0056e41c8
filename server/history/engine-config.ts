import { z } from "zod";

const Secret = {
  /** A file that holds nothing but the secret. */
  file: z.string().min(1).optional(),
  /** The environment variable that holds it. */
  env: z.string().min(1).optional(),
};

const Sqlite = z.strictObject({
  engine: z.literal("sqlite"),
  /** `history.db` in the data folder where not said. */
  file: z.string().min(1).optional(),
  raw_days: z.int().min(1).max(36_500).default(90),
  rollup_days: z.int().min(1).max(36_500).default(730),
});

const Influx2 = z.strictObject({
  engine: z.literal("influxdb-2"),
  url: z.url({ protocol: /^https?$/ }),
  org: z.string().default(""),
  bucket: z.string().min(1).default("greenroom"),
  token_file: Secret.file,
  token_env: Secret.env,
  /** How to read back: InfluxDB 2 answers Flux; VictoriaMetrics takes the same writes and answers its own queries. */
  dialect: z.enum(["flux", "victoria-metrics"]).default("flux"),
  /** VictoriaMetrics acknowledges before it has written to disk: for how long that may take before the journal is let go. */
  settle_s: z.number().min(1).max(3_600).default(20),
  raw_days: z.int().min(1).max(36_500).default(90),
});

const Influx1 = z.strictObject({
  engine: z.literal("influxdb-1"),
  url: z.url({ protocol: /^https?$/ }),
  database: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, "must be 1 to 64 of A-Z, a-z, 0-9, _ and -")
    .default("greenroom"),
  username: z.string().optional(),
  password_file: Secret.file,
  password_env: Secret.env,
  raw_days: z.int().min(1).max(36_500).default(90),
});

/** Where telemetry is kept. Expiry at an Influx engine is the retention of its bucket or database; `raw_days` there only says how old a reading may be. */
export const EngineConfig = z.discriminatedUnion("engine", [Sqlite, Influx2, Influx1]);
export type EngineConfig = z.infer<typeof EngineConfig>;
export type Influx2Config = z.infer<typeof Influx2>;
export type Influx1Config = z.infer<typeof Influx1>;
