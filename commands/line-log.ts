import { writeSync } from "node:fs";
import type { Log } from "#contract/log.ts";

const LEVELS = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, silent: Number.POSITIVE_INFINITY };
const SECRETS: ReadonlySet<string> = new Set(["password", "key", "token", "secret"]);

/**
 * The log of the agent by itself: the lines of `program-log.ts`, without the library, which would take a fiftieth of what a
 * small machine has for it. Level by LOG_LEVEL.
 */
export function lineLog({
  level = process.env["LOG_LEVEL"] ?? "info",
  now,
  write = toStandardError,
}: {
  level?: string;
  now: () => string;
  write?: (line: string) => void;
}): Log {
  const least = Object.hasOwn(LEVELS, level) ? LEVELS[level as keyof typeof LEVELS] : LEVELS.info;
  const at =
    (name: "debug" | "info" | "warn" | "error") =>
    (fields: object, msg: string): void => {
      if (LEVELS[name] < least) return;
      write(`${JSON.stringify({ level: LEVELS[name], time: now(), ...withoutSecrets(fields), msg })}\n`);
    };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** What could be a secret by its name, at the top or one level below. */
function withoutSecrets(fields: object, depth = 0): object {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]: [string, unknown]) => {
      if (SECRETS.has(name)) return [name, "[Redacted]"];
      const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
      return [name, isObject && depth === 0 ? withoutSecrets(value, 1) : value];
    }),
  );
}

/** A log that cannot be written is no reason to stop watching rooms. */
function toStandardError(line: string): void {
  try {
    writeSync(2, line);
  } catch {
    // Nobody reads it, or its disk is full.
  }
}
