import { type ErrorCode, errorKinds, GreenroomError, messageOf } from "#contract/errors.ts";

/** Faults of what a person gave us end with 2, everything else with 1. */
const INPUT_FAULTS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "CONFIG_INVALID",
  "CALENDAR_INVALID",
  "INPUT_INVALID",
  "NOT_FOUND",
  "PORT_IN_USE",
  "DATA_DIR_IN_USE",
]);

/** Runs a verb's action: an expected error becomes its text, its cure and an exit code; a defect keeps its stack. */
export const run =
  <A extends unknown[]>(action: (...args: A) => Promise<void> | void) =>
  async (...args: A): Promise<void> => {
    // The clock's timers do not keep the process alive; while a start waits for its broker, this does.
    const alive = setInterval(() => {}, 2 ** 30);
    try {
      await action(...args);
    } catch (error) {
      if (!(error instanceof GreenroomError)) throw error;
      process.stderr.write(`${describe(error)}\n`);
      process.exitCode = INPUT_FAULTS.has(error.code) ? 2 : 1;
    } finally {
      clearInterval(alive);
    }
  };

function describe(error: unknown): string {
  if (!(error instanceof GreenroomError)) return messageOf(error);
  return `greenroom: ${error.message}\n  ${error.code}: ${errorKinds[error.code].cure}`;
}

export const print = (text: string): void => void process.stdout.write(`${text}\n`);
export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2));

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process at once. */
export const untilStopped = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    const stop = (signal: NodeJS.Signals): void => {
      process.once("SIGINT", () => process.exit(130));
      process.once("SIGTERM", () => process.exit(143));
      resolve(signal);
    };
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
  });
