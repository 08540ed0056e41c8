import { readFileSync } from "node:fs";
import { GreenroomError, messageOf } from "#contract/errors.ts";

/** A secret out of a file or the environment; `undefined` where neither is named. */
export function readSecret(
  what: string,
  from: { file?: string | undefined; env?: string | undefined },
): string | undefined {
  if (from.file !== undefined) {
    try {
      return readFileSync(from.file, "utf8").trim();
    } catch (error) {
      throw new GreenroomError("CONFIG_INVALID", `the ${what} cannot be read: ${messageOf(error)}`, error);
    }
  }
  if (from.env === undefined) return undefined;
  const value = process.env[from.env];
  if (value === undefined || value === "")
    throw new GreenroomError("CONFIG_INVALID", `the ${what} is missing: ${from.env} is not set`);
  return value;
}
