/** The answers of Epson's ESC/VP21, read strictly: what is not told plainly by the projector is `undefined`. */

export type Answer =
  /** `PWR=01`. */
  | { kind: "value"; name: string; value: string }
  /** `ERR`: it does not know the command, or cannot do it now. */
  | { kind: "error" }
  /** Only the prompt: what was ordered is done. */
  | { kind: "done" }
  /** `IMEVENT=0001 03 00000002 00000000 T1 F1`: its state has changed. */
  | { kind: "event"; state: string; warnings: number; alarms: number };

const EVENT = /^IMEVENT=([0-9A-F]{4}) ([0-9A-F]{2}) ([0-9A-F]{8}) ([0-9A-F]{8})(?: [ -~]{0,64})?$/;

/** What stands before the prompt, without it; the carriage return must have come, for a value that is cut off is another value. */
export function parseAnswer(text: string): Answer | undefined {
  const body = text.replace(/^[\r\n:]+/, "");
  if (body === "") return text.includes(":") ? { kind: "done" } : undefined;
  const line = /^([ -~]{1,256})\r\n?:?$/.exec(body)?.[1];
  if (line === undefined) return undefined;
  if (line === "ERR") return { kind: "error" };
  const [, , state, warnings, alarms] = EVENT.exec(line) ?? [];
  if (state !== undefined)
    return {
      kind: "event",
      state,
      warnings: Number.parseInt(warnings ?? "", 16),
      alarms: Number.parseInt(alarms ?? "", 16),
    };
  const [, name, value] = /^([A-Z][A-Z0-9]{1,15})=([ -~]{0,200})$/.exec(line) ?? [];
  return name === undefined || value === undefined || name === "IMEVENT" ? undefined : { kind: "value", name, value };
}

/** How the projector took the opening of ESC/VP.net: 16 bytes, the status among them. */
export function parseHandshake(bytes: Uint8Array): number | undefined {
  const head = Buffer.from(bytes.subarray(0, 10)).toString("latin1");
  const [version, kind, status] = [bytes[10], bytes[11], bytes[14]];
  return bytes.length >= 16 && head === "ESC/VP.net" && version === 0x10 && kind === 3 ? status : undefined;
}

/** What each status of an opening means. */
export const HANDSHAKE = { ok: 0x20, passwordWanted: 0x41, passwordWrong: 0x43, busy: 0x53 } as const;

/** 00 standby without network, 04 with it, 05 after a fault, 09 A/V standby. */
const POWERS: Readonly<Record<string, string>> = {
  "00": "standby",
  "01": "on",
  "02": "warming",
  "03": "cooling",
  "04": "standby",
  "05": "standby",
  "09": "standby",
};
export const parsePower = (value: string): { state: string; isAbnormal: boolean } | undefined => {
  const state = Object.hasOwn(POWERS, value) ? POWERS[value] : undefined;
  return state === undefined ? undefined : { state, isAbnormal: value === "05" };
};

/** States of an IMEVENT are counted otherwise than those of PWR; FF is a fault. */
const EVENT_POWERS: Readonly<Record<string, string>> = {
  "01": "standby",
  "02": "warming",
  "03": "on",
  "04": "cooling",
};
export const eventPower = (state: string): string | undefined =>
  Object.hasOwn(EVENT_POWERS, state) ? EVENT_POWERS[state] : undefined;

export const parseOnOff = (value: string): boolean | undefined =>
  value === "ON" ? true : value === "OFF" ? false : undefined;

/** Hours of each lamp. */
export const parseHours = (value: string): readonly number[] | undefined =>
  /^\d{1,6}(?: \d{1,6}){0,7}$/.test(value) ? value.split(" ").map(Number) : undefined;

/** A source by its two hex digits: 30 HDMI, 11 the first computer, 80 HDBaseT … */
export const SOURCE_PATTERN = /^[0-9A-F]{2}$/;

/** 00 no signal, 01 signal; others say that it cannot be shown, or is not known. */
export const parseSignal = (value: string): "none" | "present" | "unknown" | undefined =>
  value === "00" ? "none" : value === "01" ? "present" : SOURCE_PATTERN.test(value) ? "unknown" : undefined;

type Part = "fan" | "lamp" | "thermal" | "cover" | "filter" | "other";
/** Its error report, by code: the part that it is about, and what it says to a person. */
const ERRORS: Readonly<Record<string, readonly [Part, string]>> = {
  "01": ["fan", "a fan has failed"],
  "03": ["lamp", "the lamp did not light"],
  "04": ["thermal", "it is too hot inside"],
  "06": ["lamp", "the lamp has failed"],
  "07": ["cover", "the lamp cover is open"],
  "08": ["filter", "the cinema filter has failed"],
  "09": ["other", "a capacitor is disconnected"],
  "0A": ["other", "the auto iris has failed"],
  "0B": ["other", "a part of its inside has failed"],
  "0C": ["filter", "too little air flows through it"],
  "0D": ["filter", "the air flow sensor has failed"],
  "0E": ["other", "the power supply has failed"],
  "0F": ["other", "the shutter has failed"],
  "10": ["thermal", "its cooling has failed (Peltier)"],
  "11": ["thermal", "its cooling has failed (pump)"],
  "12": ["other", "the static iris has failed"],
  "13": ["other", "the power supply does not match"],
  "14": ["other", "the exhaust shutter has failed"],
  "15": ["other", "something is in its way"],
  "16": ["other", "its interface board is not recognised"],
  "17": ["other", "stacked projectors do not hear each other"],
  "18": ["other", "its inner bus has failed"],
};
export const PARTS: readonly Part[] = ["fan", "lamp", "thermal", "cover", "filter", "other"];

/** One code or several, two hex digits each; 00 is none. A code that is not known is a fault all the same. */
export function parseErrors(value: string): readonly { part: Part; text: string }[] | undefined {
  if (!/^[0-9A-F]{2}(?: [0-9A-F]{2}){0,15}$/.test(value)) return undefined;
  return value
    .split(" ")
    .filter((code) => code !== "00")
    .map((code) => {
      const [part, text] = ERRORS[code] ?? ["other" as const, `fault ${code}`];
      return { part, text };
    });
}
