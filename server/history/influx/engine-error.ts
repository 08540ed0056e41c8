import { GreenroomError, messageOf } from "#contract/errors.ts";
import { RowsRefused } from "../history.ts";

/** Statuses that are about the lines themselves: malformed, too many, of another type, older than the retention. */
const ABOUT_THE_ROWS = new Set([400, 413, 422]);
const ABOUT_THE_SETTINGS = new Set([401, 403, 404]);

/** What an HTTP failure means for the recorder: refused rows are put aside, everything else waits and is tried again. */
export function asEngineError(status: number | undefined, error: unknown): GreenroomError {
  const text = messageOf(error).slice(0, 500);
  if (error instanceof GreenroomError) return error;
  if (status !== undefined && ABOUT_THE_ROWS.has(status)) return new RowsRefused(text, error);
  if (status !== undefined && ABOUT_THE_SETTINGS.has(status)) return new GreenroomError("STORE_REFUSED", text, error);
  return new GreenroomError("STORE_DOWN", text, error);
}
