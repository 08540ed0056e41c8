import type { Parsed } from "#contract/errors.ts";
import { readableText } from "../device-failure.ts";

/** QRC: JSON-RPC 2.0, each message ended by a zero byte; read strictly. */

export type Message =
  | { kind: "result"; id: number; result: unknown }
  | { kind: "error"; id: number; code: number; text: string }
  /** Said unasked: EngineStatus on connecting, change groups of others. */
  | { kind: "notice" };

/** One message without its zero byte. Never throws. */
export function parseMessage(text: string): Parsed<Message> {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return { ok: false, code: "DEVICE_GARBAGE", where: "message", why: "is no JSON" };
  }
  if (!isObject(message)) return { ok: false, code: "DEVICE_GARBAGE", where: "message", why: "is no object" };
  const { id, result, error } = message;
  if (typeof id !== "number") return { ok: true, value: { kind: "notice" } };
  if (error === undefined) return { ok: true, value: { kind: "result", id, result } };
  if (!isObject(error) || typeof error["code"] !== "number")
    return { ok: false, code: "DEVICE_GARBAGE", where: "error", why: "has no code" };
  const said = error["message"];
  const words = typeof said === "string" ? readableText(said, 120) : "an error without a word";
  return { ok: true, value: { kind: "error", id, code: error["code"], text: words } };
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Codes of errors by which a Core says what is wrong, beside those of JSON-RPC. */
export const QRC_ERRORS = { standby: -32_604, unknownComponent: 7, unknownControl: 8, logonRequired: 10 } as const;
