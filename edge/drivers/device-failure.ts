import type { ErrorCode } from "#contract/errors.ts";
import type { Observation } from "./driver.ts";

/** Why a device could not be asked, as its observation tells it. */
export class DeviceFailure extends Error {
  readonly code: ErrorCode;
  /** Asking again does harm until a person changes something. */
  readonly giveUp: boolean;
  /** It is there: it said no, or something that is of no use. */
  readonly answers: boolean;

  constructor(code: ErrorCode, text: string, { giveUp = false, answers = false } = {}) {
    super(text);
    this.name = "DeviceFailure";
    this.code = code;
    this.giveUp = giveUp;
    this.answers = answers;
  }
}

/** What a poll tells that failed before it learned anything. Whatever is no DeviceFailure is a defect, and thrown on. */
export function failed(error: unknown, place: string): Observation {
  if (!(error instanceof DeviceFailure)) throw error;
  return {
    state: error.answers && !error.giveUp ? "online" : "offline",
    metrics: { reachable: error.answers },
    error: { code: error.code, text: `${place} ${error.message}` },
    ...(error.giveUp && { giveUp: true as const }),
  };
}

/** Free text of a device, fit for a screen and a log: no control characters, bounded. */
export const readableText = (text: string, longest = 64): string =>
  text
    .slice(0, longest * 4)
    .replaceAll(/[\p{Cc}\p{Cf}\uFFFD]/gu, "")
    .trim()
    .slice(0, longest);

/** A piece of what a device said, quoted. */
export const quoted = (text: string): string => JSON.stringify(readableText(text, 40));
