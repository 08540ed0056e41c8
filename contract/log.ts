/** Structured log lines: facts as fields, one sentence as text; pino fits as it is. Never a secret, never every tick. */
export interface Log {
  debug(fields: object, text: string): void;
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

/** For tests and for library use. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
