import { pino } from "pino";
import type { Log } from "#contract/log.ts";

/** The program's log: one JSON line each on standard error, so that standard output is for answers. Level by LOG_LEVEL. */
export function programLog(level = process.env["LOG_LEVEL"] ?? "info"): Log {
  const levels = ["trace", "debug", "info", "warn", "error", "silent"];
  return pino(
    {
      level: levels.includes(level) ? level : "info",
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: ["password", "key", "token", "secret", "*.password", "*.key", "*.token", "*.secret"],
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
