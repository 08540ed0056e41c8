import type { Instant } from "#contract/units.ts";
import type { Told } from "../../told.ts";
import type { Answers } from "../answers.ts";
import type { ReadOptions } from "../options.ts";

/** What a device said before, where its numbers only count up. */
export interface Memory {
  /** Of a switch port that is named. */
  ifIndex?: number | undefined;
  counted?: { at: Instant; uptime: number; errors: number } | undefined;
}

export interface Reading {
  answers: Answers;
  options: ReadOptions;
  memory: Memory;
  told: Told;
  now: Instant;
}

/** One kind of device and the standard objects that tell of it. */
export interface Profile {
  /** The kind of device, on the wire. */
  kind: string;
  /** What is asked each time. */
  oids(options: ReadOptions, memory: Memory): readonly string[];
  /** Tables of unknown length that are read beside, bounded. */
  tables?: readonly string[];
  /** Puts what was answered, and returns the device's own faults in words. */
  read(reading: Reading): readonly string[];
}

/** Puts a word for a number that counts states; what the MIB does not define is no word. */
export const wordOf = <T>(number: number | undefined, words: Readonly<Record<number, T>>): T | undefined =>
  number === undefined ? undefined : words[number];
