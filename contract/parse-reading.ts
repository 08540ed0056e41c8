import { ID_PATTERN } from "./ids.ts";
import type { Reading } from "./messages/reading.ts";
import type { Parsed } from "./errors.ts";
import { type Instant, parseInstant } from "./units.ts";
import { parsePayload } from "./wire.ts";

/** What parsing a reading gives: `Parsed<Reading>`, with its `at` as an instant beside it. */
export type ParsedReading = { ok: true; value: Reading; at: Instant } | Extract<Parsed<Reading>, { ok: false }>;

/**
 * Recorder and gateway of one process see the same buffer; it is parsed once, and the answer stays with it. A property
 * rather than a WeakMap, which costs more than the parsing.
 */
const answer = Symbol("parsed as a reading");
type Answered = Uint8Array & { [answer]?: ParsedReading };

/**
 * Reads a reading's payload: the same answer as `parsePayload("reading", …)`, several times faster, because the schema is
 * only asked about what this quick look does not take. A buffer must not change after it has been parsed. Never throws.
 */
export function parseReading(payload: Uint8Array): ParsedReading {
  return ((payload as Answered)[answer] ??= quickly(payload) ?? thoroughly(payload));
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function quickly(payload: Uint8Array): ParsedReading | undefined {
  let json: unknown;
  try {
    json = JSON.parse(utf8.decode(payload));
  } catch {
    return undefined;
  }
  if (typeof json !== "object" || json === null) return undefined;
  const reading = json as Partial<Reading>;
  if (typeof reading.at !== "string" || !isIdentity(reading) || !areMetrics(reading.metrics)) return undefined;
  if (reading.late !== undefined && typeof reading.late !== "boolean") return undefined;
  if (reading.skipped !== undefined && !(Number.isSafeInteger(reading.skipped) && reading.skipped >= 1))
    return undefined;
  if (Object.hasOwn(reading, "__proto__")) return undefined;
  const at = parseInstant(reading.at);
  return at === undefined ? undefined : { ok: true, value: reading as Reading, at };
}

function isIdentity({ agent, boot, seq }: Partial<Reading>): boolean {
  if (agent !== undefined && (typeof agent !== "string" || !ID_PATTERN.test(agent))) return false;
  if (boot !== undefined && (typeof boot !== "string" || boot.length === 0 || boot.length > 64)) return false;
  return seq === undefined || (Number.isSafeInteger(seq) && seq >= 1);
}

function areMetrics(metrics: unknown): metrics is Reading["metrics"] {
  if (typeof metrics !== "object" || metrics === null || Array.isArray(metrics)) return false;
  for (const name in metrics) {
    if (name.length === 0 || name.length > 64 || name === "__proto__") return false;
    const value: unknown = (metrics as Record<string, unknown>)[name];
    if (typeof value === "number") {
      if (!Number.isFinite(value)) return false;
    } else if (typeof value === "string") {
      if (value.length > 256) return false;
    } else if (typeof value !== "boolean" && value !== null) return false;
  }
  return true;
}

function thoroughly(payload: Uint8Array): ParsedReading {
  const parsed = parsePayload("reading", payload);
  return parsed.ok ? { ...parsed, at: parseInstant(parsed.value.at) as Instant } : parsed;
}
