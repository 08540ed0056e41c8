import { readFileSync } from "node:fs";
import { messageOf } from "#contract/errors.ts";
import type { SecretReference } from "./config.ts";

/** Reads a secret from where it is kept. Answers with what is wrong, never with a part of the secret. */
export function readSecret(
  reference: SecretReference,
  env: Readonly<Record<string, string | undefined>>,
): { ok: true; secret: string } | { ok: false; why: string } {
  if ("env" in reference) {
    const secret = env[reference.env]?.trim();
    return secret === undefined || secret === ""
      ? { ok: false, why: `environment variable ${reference.env} is not set` }
      : { ok: true, secret };
  }
  try {
    const secret = readFileSync(reference.file, "utf8").trim();
    return secret === "" ? { ok: false, why: `file ${reference.file} is empty` } : { ok: true, secret };
  } catch (error) {
    return { ok: false, why: `file ${reference.file} cannot be read: ${messageOf(error)}` };
  }
}
