import { createHash } from "node:crypto";

/** The lines of PJLink class 1 and 2, read strictly: whatever is not told plainly by the device is `undefined`. */

export type Greeting = { kind: "open" } | { kind: "salted"; salt: string } | { kind: "refused" };

/** The first line of a connection (§5.1). */
export function parseGreeting(line: string): Greeting | undefined {
  if (/^PJLINK 0$/i.test(line)) return { kind: "open" };
  if (/^PJLINK ERRA$/i.test(line)) return { kind: "refused" };
  const salt = /^PJLINK 1 ([0-9a-f]{8})$/i.exec(line)?.[1];
  return salt === undefined ? undefined : { kind: "salted", salt };
}

/** What goes directly before the first command of a salted connection (§5.2). */
export const digestOf = (salt: string, password: string): string =>
  createHash("md5")
    .update(salt + password)
    .digest("hex");

/** The device's own random, in answer to `PJLINK 2`; it knows the SHA-256 log-in then (class 2, version 2.10). */
export const parseChallenge = (line: string): string | undefined =>
  /^PJLINK 2 ([0-9a-f]{32})$/i.exec(line)?.[1]?.toLowerCase();

/** What goes directly before the first command of a SHA-256 log-in: our random, then the digest of both and the password. */
export function sha256LogIn(deviceRandom: string, clientRandom: string, password: string): string {
  const ours = Buffer.from(clientRandom, "hex");
  const mixed = Buffer.from(deviceRandom, "hex").map((byte, i) => byte ^ (ours[i] ?? 0));
  const digest = createHash("sha256")
    .update(Buffer.from(mixed).toString("hex") + password)
    .digest("hex");
  return clientRandom + digest;
}

/**
 * ERR1 there is no such thing here, ERR2 no such parameter, ERR3 not now (standby, warming up), ERR4 the device itself
 * has failed, ERRA wrong password.
 */
type DeviceError = "ERR1" | "ERR2" | "ERR3" | "ERR4" | "ERRA";
export type Answer = { ok: true; value: string } | { ok: false; error: DeviceError };

/** The answer to `%1BODY ?`; `undefined` when the line is none. Some devices answer in lower case. */
export function parseAnswer(body: string, line: string): Answer | undefined {
  if (/^PJLINK ERRA$/i.test(line)) return { ok: false, error: "ERRA" };
  const parts = /^%[12]([a-z0-9]{4})=(.{0,128})$/i.exec(line);
  if (parts?.[1]?.toUpperCase() !== body) return undefined;
  const value = parts[2] ?? "";
  const error = /^ERR[1234A]$/i.test(value) ? (value.toUpperCase() as DeviceError) : undefined;
  return error === undefined ? { ok: true, value } : { ok: false, error };
}

const powers = new Map([
  ["0", "standby"],
  ["1", "on"],
  ["2", "cooling"],
  ["3", "warming"],
]);
/** Note the order: 2 is cooling, 3 is warming. */
export const parsePower = (value: string): string | undefined => powers.get(value);

/** 11 picture, 21 sound, 31 both muted, 30 none. */
export function parsePictureMuted(value: string): boolean | undefined {
  if (value === "11" || value === "31") return true;
  return value === "21" || value === "30" ? false : undefined;
}

/** 1 RGB, 2 video, 3 digital, 4 storage, 5 network, 6 internal; then which one. */
export const INPUT_PATTERN = /^[1-6][1-9A-Z]$/;
export const parseInput = (value: string): string | undefined =>
  INPUT_PATTERN.test(value.toUpperCase()) ? value.toUpperCase() : undefined;

const levels = ["ok", "warning", "error"] as const;
type Health = (typeof levels)[number];
const parts = ["fan_health", "lamp_health", "thermal_health", "cover_health", "filter_health", "other_health"] as const;
export type HealthReport = Record<(typeof parts)[number], Health>;

/** Six digits: fan, lamp, temperature, cover, filter, other; 0 ok or not detected, 1 warning, 2 error. */
export function parseHealth(value: string): HealthReport | undefined {
  if (!/^[012]{6}$/.test(value)) return undefined;
  return Object.fromEntries(parts.map((part, i) => [part, levels[Number(value[i])]])) as HealthReport;
}

export interface Lamp {
  hours: number;
  isOn: boolean;
}

/** Pairs of hours and 0 or 1, at most 8 lamps. */
export function parseLamps(value: string): readonly Lamp[] | undefined {
  if (!/^\d{1,5} [01](?: \d{1,5} [01]){0,7}$/.test(value)) return undefined;
  const words = value.split(" ");
  return words.flatMap((word, i) => (i % 2 === 0 ? [{ hours: Number(word), isOn: words[i + 1] === "1" }] : []));
}

export const parseClass = (value: string): 1 | 2 | undefined => (value === "1" ? 1 : value === "2" ? 2 : undefined);

/** Hours of use, one to five digits. */
export const parseHours = (value: string): number | undefined => (/^\d{1,5}$/.test(value) ? Number(value) : undefined);

export const parseFrozen = (value: string): boolean | undefined =>
  value === "1" ? true : value === "0" ? false : undefined;

/** `1920x1080`, `-` for no signal, `*` for a signal of unknown size. */
export function parseSignal(value: string): "none" | "unknown" | "present" | undefined {
  if (value === "-") return "none";
  if (value === "*") return "unknown";
  return /^\d{1,5}x\d{1,5}$/i.test(value) ? "present" : undefined;
}

/** What a device says unasked over UDP; only a hint, because anybody on the network can say it. */
export const parseNotice = (text: string): "LKUP" | "ERST" | "POWR" | "INPT" | undefined => {
  const found = /^%2(LKUP|ERST|POWR|INPT)=[^\r]{1,128}\r?$/i.exec(text)?.[1]?.toUpperCase();
  return found as "LKUP" | "ERST" | "POWR" | "INPT" | undefined;
};

/** Free text of the device (maker, model), fit for a screen: no control characters, bounded. */
export const readableText = (value: string): string =>
  value
    .replaceAll(/[\p{Cc}\p{Cf}\uFFFD]/gu, "")
    .trim()
    .slice(0, 64);
