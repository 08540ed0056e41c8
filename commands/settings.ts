import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Document, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { GreenroomError } from "#contract/errors.ts";
import { Id } from "#contract/ids.ts";
import { AnnounceConfig } from "#gateway/announce/config.ts";
import { AlertsConfig } from "#gateway/alerts/config.ts";
import { NotifyConfig } from "#gateway/notify/config.ts";
import { BrokerConfig, TranslateConfig } from "#gateway/relay/config.ts";
import { EngineConfig } from "#server/history/engine-config.ts";

const Port = z.int().min(0).max(65_535);

const Mqtts = z
  .strictObject({
    port: Port.default(8883),
    host: z.string().min(1).optional(),
    /** What agents call this machine; the first one is told to those that enrol. */
    names: z
      .array(z.string().regex(/^[A-Za-z0-9.:-]{1,253}$/, "must be a host name or an address"))
      .max(20)
      .default([]),
    cert_file: z.string().min(1).optional(),
    key_file: z.string().min(1).optional(),
    /** Who signed `cert_file`, where the agents' systems do not know it. */
    ca_file: z.string().min(1).optional(),
  })
  .refine(({ cert_file, key_file }) => (cert_file === undefined) === (key_file === undefined), {
    message: "cert_file and key_file belong together",
  });

/** `greenroom.yaml`: everything is optional, unknown keys are faults. The environment overrides it. */
export const SettingsFile = z
  .strictObject({
    site: Id.optional(),
    host: z.string().min(1).optional(),
    port: Port.optional(),
    mqtt_port: Port.optional(),
    /** Where plain MQTT listens: at `host`; but on this machine alone where there is `mqtts`. */
    mqtt_host: z.string().min(1).optional(),
    /** The embedded broker over TLS, for agents elsewhere. Without files it shows a certificate of our own authority. */
    mqtts: Mqtts.optional(),
    data_dir: z.string().min(1).optional(),
    public_url: z.url({ protocol: /^https?$/ }).optional(),
    /** An external broker instead of the embedded one. */
    broker: BrokerConfig.optional(),
    history: EngineConfig.optional(),
    /** For how long what is over is remembered; telemetry has its own days under `history`. */
    retention: z
      .strictObject({
        alerts_days: z.int().min(1).max(36_500).default(400),
        audit_days: z.int().min(1).max(36_500).default(400),
        verdicts_days: z.int().min(1).max(36_500).default(30),
      })
      .optional(),
    notify: NotifyConfig.optional(),
    alerts: AlertsConfig.optional(),
    /** Door signs and home automation; nothing is said to them unless this is here. */
    announce: AnnounceConfig.optional(),
    /** Vendors' own MQTT: which gear is listened to, and where. */
    translate: TranslateConfig.optional(),
    /** The simulated sample building; on while there is no configuration. */
    sample: z.boolean().optional(),
  })
  .superRefine(({ site, translate }, context) => {
    for (const [i, map] of (translate ?? []).entries())
      if (map.site === undefined && site === undefined)
        context.addIssue({
          code: "custom",
          path: ["translate", i],
          message: "names no site, and neither does the configuration (site:)",
        });
  });
export type SettingsFile = z.infer<typeof SettingsFile>;

export interface Settings extends SettingsFile {
  host: string;
  port: number;
  mqtt_port: number;
  data_dir: string;
  sample: boolean;
}

interface Overrides {
  mqttsPort?: string | undefined;
  config?: string | undefined;
  broker?: string | undefined;
  dataDir?: string | undefined;
  /** A part that runs apart, which needs an external broker. */
  apart?: "gateway" | "server";
}

/** File, then environment, then options of the command line. Every fault is listed at once; then it refuses (CONFIG_INVALID). */
export function loadSettings(overrides: Overrides = {}, env: NodeJS.ProcessEnv = process.env): Settings {
  const faults: string[] = [];
  const file =
    overrides.config ?? env["GREENROOM_CONFIG"] ?? (existsSync("greenroom.yaml") ? "greenroom.yaml" : undefined);
  const { values: fromFile, namesBroker } = file === undefined ? NO_FILE : readSettingsFile(file, faults);
  const port = portFrom(env, "PORT", faults) ?? fromFile.port ?? 8080;
  const mqttPort = portFrom(env, "MQTT_PORT", faults) ?? fromFile.mqtt_port ?? 1883;
  const mqttsPort = portFrom({ ...env, MQTTS_PORT: overrides.mqttsPort ?? env["MQTTS_PORT"] }, "MQTTS_PORT", faults);
  const mqtts = mqttsPort === undefined ? fromFile.mqtts : { names: [], ...fromFile.mqtts, port: mqttsPort };
  const brokerUrl = overrides.broker ?? env["BROKER"];
  if (brokerUrl !== undefined && !/^mqtts?:\/\/[^/\s]+$/.test(brokerUrl))
    faults.push("--broker: must look like mqtt://host:1883 or mqtts://host:8883");
  if (overrides.apart !== undefined && brokerUrl === undefined && !namesBroker)
    faults.push(
      `a ${overrides.apart} that runs apart needs a broker: --broker mqtt://host:1883 (the embedded one belongs to \`greenroom start\`)`,
    );
  if (faults.length > 0)
    throw new GreenroomError(
      "CONFIG_INVALID",
      `the configuration has ${faults.length === 1 ? "a fault" : `${faults.length} faults`}:\n${faults.map((fault) => `  - ${fault}`).join("\n")}`,
    );
  return {
    ...fromFile,
    ...(brokerUrl === undefined ? {} : { broker: { ...fromFile.broker, url: brokerUrl } }),
    host: env["HOST"] ?? fromFile.host ?? "127.0.0.1",
    port,
    mqtt_port: mqttPort,
    ...(mqtts !== undefined && { mqtts }),
    data_dir: resolve(overrides.dataDir ?? env["DATA_DIR"] ?? fromFile.data_dir ?? "data"),
    sample: fromFile.sample ?? file === undefined,
  };
}

interface FileSettings {
  values: SettingsFile;
  /** Also where the file is wrong elsewhere, so that no fault is told that is none. */
  namesBroker: boolean;
}
const NO_FILE: FileSettings = { values: {}, namesBroker: false };
const UNREADABLE: FileSettings = { values: {}, namesBroker: true };

function readSettingsFile(file: string, faults: string[]): FileSettings {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    faults.push(`${file}: cannot be read`);
    return UNREADABLE;
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  for (const error of document.errors)
    faults.push(`${file}:${error.linePos?.[0].line ?? 1}: ${error.message.split("\n")[0] ?? "is not YAML"}`);
  if (document.errors.length > 0) return UNREADABLE;
  const namesBroker = document.has("broker");
  const parsed = SettingsFile.safeParse(document.toJS() ?? {});
  if (parsed.success) return { values: parsed.data, namesBroker };
  const found = parsed.error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    const message = `${path.length === 0 ? "" : `${path.join(".")}: `}${issue.message}`;
    // What is not known stands where its name does.
    const places = issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...path, key]) : [path];
    return places.map((place) => ({ line: lineOf(document, lines, place), message }));
  });
  for (const { line, message } of found.toSorted((a, b) => a.line - b.line)) faults.push(`${file}:${line}: ${message}`);
  return { values: {}, namesBroker };
}

/** The line of what is wrong; of what is missing, that of the nearest thing around it. */
function lineOf(document: Document, lines: LineCounter, path: readonly string[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true) as { range?: [number, number, number] } | undefined;
    if (node?.range !== undefined) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function portFrom(env: NodeJS.ProcessEnv, name: string, faults: string[]): number | undefined {
  const text = env[name];
  if (text === undefined || text === "") return undefined;
  const port = Port.safeParse(Number(text));
  if (port.success) return port.data;
  faults.push(`${name}: "${text}" is not a port (0 to 65535)`);
  return undefined;
}
