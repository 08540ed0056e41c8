import { messageOf } from "#contract/errors.ts";
import { refused, type Untranslated } from "./translation.ts";

export type Json = Record<string, unknown>;

const utf8 = new TextDecoder("utf-8", { fatal: true });
/** Deeper than any device speaks: recursion over it must end. */
const DEEPEST = 24;

export const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The text of a payload; `undefined` when it is no UTF-8. */
export function textOf(payload: Uint8Array): string | undefined {
  try {
    return utf8.decode(payload);
  } catch {
    return undefined;
  }
}

/** A payload as JSON, or why it is none. */
export function jsonOf(payload: Uint8Array): { ok: true; json: unknown } | Untranslated {
  const text = textOf(payload);
  if (text === undefined) return refused("BAD_JSON", "payload", "is not UTF-8");
  try {
    const json: unknown = JSON.parse(text);
    return depthOf(json) > DEEPEST
      ? refused("BAD_SHAPE", "payload", `is nested more than ${DEEPEST} deep`)
      : { ok: true, json };
  } catch (error) {
    return refused("BAD_JSON", "payload", messageOf(error));
  }
}

/** A payload as a JSON object, or why it is none. */
export function objectOf(payload: Uint8Array): { ok: true; json: Json } | Untranslated {
  const read = jsonOf(payload);
  if (!read.ok) return read;
  return isObject(read.json) ? { ok: true, json: read.json } : refused("BAD_SHAPE", "payload", "must be a JSON object");
}

function depthOf(json: unknown, above = 0): number {
  if (typeof json !== "object" || json === null || above > DEEPEST) return above;
  let deepest = above;
  for (const value of Object.values(json)) deepest = Math.max(deepest, depthOf(value, above + 1));
  return deepest;
}

/** A number, also where a device sends it as text ("37.00"); `undefined` for anything else. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string" || !/^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(value)) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/**
 * The first of these keys at which something stands that is none of its kind; nothing, null and an empty text say that it was not
 * measured. Asked only of a message in which nothing could be read: it is refused for it, rather than taken for silence.
 */
export function misreadAt(
  json: Json,
  keys: { numbers: readonly string[]; flags?: readonly string[] },
): string | undefined {
  const isThere = (key: string): boolean => json[key] !== undefined && json[key] !== null && json[key] !== "";
  return (
    keys.numbers.find((key) => isThere(key) && numberOf(json[key]) === undefined) ??
    keys.flags?.find((key) => isThere(key) && switchOf(json[key]) === undefined)
  );
}

/** On or off as devices write it; `undefined` for anything else. */
export function switchOf(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (value === 1 || value === 0) return value === 1;
  if (typeof value !== "string") return undefined;
  const word = value.trim().toLowerCase();
  if (word === "on" || word === "true" || word === "1") return true;
  return word === "off" || word === "false" || word === "0" ? false : undefined;
}

/** Scaled without the noise of binary fractions: 2975 mV are 2.975 V. */
export const scaled = (value: number, by: number): number => Number((value * by).toPrecision(12));

export const celsius = (fahrenheit: number): number => Number((((fahrenheit - 32) * 5) / 9).toFixed(2));
