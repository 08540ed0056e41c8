import { createHmac, timingSafeEqual } from "node:crypto";
import type { Clock } from "#contract/clock.ts";
import { systemClock } from "#contract/system-clock.ts";
import { type Instant, instant } from "#contract/units.ts";

/** Receivers refuse what is older, or further in the future, than this: a recorded message cannot be played again later. */
const REPLAY_WINDOW_S = 300;

/** The key of a secret: as text, or, when it begins with `whsec_`, as base64 (the form of Standard Webhooks). */
const keyOf = (secret: string): Buffer =>
  secret.startsWith("whsec_") ? Buffer.from(secret.slice("whsec_".length), "base64") : Buffer.from(secret, "utf8");

const mac = (secret: string, id: string, timestamp: string, body: string): Buffer =>
  createHmac("sha256", keyOf(secret)).update(`${id}.${timestamp}.${body}`, "utf8").digest();

/** The headers of a signed message (Standard Webhooks 1.0.0): HMAC-SHA256 over `id.timestamp.body`. */
export function signed(secret: string, id: string, at: Instant, body: string): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000));
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${mac(secret, id, timestamp, body).toString("base64")}`,
  };
}

export type Verified = { ok: true; id: string; at: Instant } | { ok: false; why: string };

/**
 * For receivers: whether a message is from whoever knows the secret, and new. `body` is the text exactly as received,
 * before any parsing. Keep the ids of the last five minutes to tell a repetition: the same id is the same message.
 */
export function verify(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  body: string,
  secret: string,
  options: { clock?: Clock; replayWindowS?: number } = {},
): Verified {
  const header = (name: string): string | undefined => {
    const value = headers[name];
    return typeof value === "string" ? value : undefined;
  };
  const id = header("webhook-id");
  const timestamp = header("webhook-timestamp");
  const signatures = header("webhook-signature");
  if (id === undefined || timestamp === undefined || signatures === undefined)
    return { ok: false, why: "webhook-id, webhook-timestamp or webhook-signature is missing" };
  if (!/^\d{1,12}$/.test(timestamp)) return { ok: false, why: "webhook-timestamp is not a count of seconds" };
  const at = instant(Number(timestamp) * 1000);
  const { clock = systemClock, replayWindowS = REPLAY_WINDOW_S } = options;
  if (Math.abs(clock.now() - at) > replayWindowS * 1000)
    return { ok: false, why: `webhook-timestamp is more than ${replayWindowS} s from now` };
  const expected = mac(secret, id, timestamp, body);
  const isSigned = signatures.split(" ").some((each) => {
    if (!each.startsWith("v1,")) return false;
    const given = Buffer.from(each.slice("v1,".length), "base64");
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  return isSigned ? { ok: true, id, at } : { ok: false, why: "the signature does not fit the message" };
}
