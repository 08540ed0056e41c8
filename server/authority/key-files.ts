import { randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { GreenroomError, messageOf } from "#contract/errors.ts";

/** A file with a key, made where there is none. Two processes that make it at once agree on one. Nobody but its owner reads it. */
export async function readOrMake(folder: string, name: string, make: () => Promise<string>): Promise<string> {
  const file = join(folder, name);
  const known = read(file);
  if (known !== undefined) return known;
  const temporary = write(folder, name, await make(), 0o600);
  try {
    linkSync(temporary, file);
  } catch (error) {
    // Another process was quicker: its key counts.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw unwritable(error);
  } finally {
    rmSync(temporary, { force: true });
  }
  return read(file) ?? Promise.reject(new GreenroomError("STORE_CORRUPT", `${name} has gone`));
}

/** Writes a file whole or not at all. */
export function replaceFile(folder: string, name: string, text: string, mode: number): void {
  if (read(join(folder, name)) === text) return;
  renameSync(write(folder, name, text, mode), join(folder, name));
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new GreenroomError("CONFIG_INVALID", `${file} cannot be read: ${messageOf(error)}`, error);
  }
}

function write(folder: string, name: string, text: string, mode: number): string {
  const temporary = join(folder, `.${name}.${randomBytes(6).toString("hex")}`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const descriptor = openSync(temporary, "wx", mode);
    try {
      writeSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw unwritable(error);
  }
  return temporary;
}

const unwritable = (error: unknown): GreenroomError =>
  new GreenroomError("STORE_FULL", `a key cannot be written: ${messageOf(error)}`, error);
