import type { ErrorCode, Parsed } from "#contract/errors.ts";
import type { MetricValue } from "#contract/metrics.ts";

export type Metrics = Record<string, MetricValue>;

/** What a device tells that is no metric, in words of its trade: its own errors and faults among them. */
export type Says = Record<string, unknown>;

export interface AnswerReading {
  device: string;
  label?: string;
  metrics: Metrics;
  doubt?: string;
}

/** What an answer of a device becomes. An answer that says "error" is an answer, too: it is read, not refused. */
export interface Answer {
  readings: AnswerReading[];
  says?: Says;
}

/** An answer as it was heard. */
export interface Heard {
  /** Where: the port, the protocol, the object. */
  topic: string;
  payload: Uint8Array;
  /** The payload as UTF-8. */
  text: string;
  /** What was asked, where that is known. */
  command?: string;
}

type Refusal = Extract<Parsed<never>, { ok: false }>;
export const refuse = (code: ErrorCode, where: string, why: string): Refusal => ({ ok: false, code, where, why });

/** One device's metrics and what else it says; nothing is told of what is empty. */
export function answered(device: string, metrics: Metrics, says: Says = {}, doubt?: string): Parsed<Answer> {
  const isSilent = Object.keys(metrics).length === 0 && doubt === undefined;
  const reading = { device, metrics, ...(doubt !== undefined && { doubt }) };
  return {
    ok: true,
    value: { readings: isSilent ? [] : [reading], ...(Object.keys(says).length > 0 && { says }) },
  };
}

/** A short piece of what was heard, for a person. */
export const excerpt = (text: string): string => JSON.stringify(text.slice(0, 40));
