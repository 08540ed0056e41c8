import type { z } from "zod";
import type { Clock } from "#contract/clock.ts";
import type { ErrorCode } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import type { MetricValue } from "#contract/metrics.ts";
import type { Millis } from "#contract/units.ts";

/** What one look at a device gave. A metric that the device did not tell is left out: nothing is ever made up. */
export interface Observation {
  /** `sleeping` only where the configuration says that this device may be silent while it is not used. */
  state: "online" | "offline" | "sleeping";
  metrics: Record<string, MetricValue>;
  model?: string;
  firmware?: string;
  serial?: string;
  /** Why the device could not be read, or not wholly. */
  error?: { code: ErrorCode; text: string };
  /** Asking again is useless or harmful until a person changes something (a refused password). */
  giveUp?: true;
}

export interface DriverContext {
  clock: Clock;
  log: Log;
  /**
   * Asks for the next look soon, because the device hinted that something has changed (a notice, a trap). Hints are taken from
   * anybody on the network: they hasten a look, at most one each shortest interval, and are never a reading themselves.
   */
  lookSoon?: () => void;
}

/** Something that a device is asked to do. */
export interface Order {
  command: "preflight" | "power_on" | "power_off" | "select_input";
  input?: string | undefined;
}

/** What became of an order. `code` and `text` say why not, or what was found. */
export interface Obeyed {
  ok: boolean;
  code?: string;
  text?: string;
}

/** One device as a driver holds it between polls: what it has learned, never a connection that others would need. */
export interface OpenDevice {
  /**
   * Asks the device once. Trouble with the device is part of the observation; only a defect rejects. Ends early, with
   * whatever it has, when `signal` aborts.
   */
  poll(signal: AbortSignal): Promise<Observation>;
  /**
   * Does what it is asked, never while a poll runs. Trouble with the device is part of the answer; only a defect rejects. Absent
   * where the driver only reads. A preflight leaves the device as it was.
   */
  obey?(order: Order, signal: AbortSignal): Promise<Obeyed>;
  /** Lets go of what it holds (a socket that listens). Called once, when the agent stops. */
  close?(): void;
}

/** How one kind of gear is read. A driver is a closed folder; `registry.ts` is the only other place that names it. */
export interface Driver<S extends z.ZodType = z.ZodType> {
  /** Its name in the configuration, and that of its folder. */
  id: string;
  /** What it reads, in a few words. */
  title: string;
  /** Strict schema of `options`, in the configuration's own spelling. */
  options: S;
  /** The kind of device that it speaks for, on the wire; where the options choose it, by them. */
  kind: string | ((options: z.output<S>) => string);
  /** Asking more often than this harms the device. */
  shortestInterval: Millis;
  /** A poll that takes longer is given up. */
  longestPoll: Millis;
  /** How often each metric is to be expected when polled every `every`. */
  intervals(options: z.output<S>, every: Millis): Record<string, Millis>;
  open(options: z.output<S>, context: DriverContext): OpenDevice;
}

/** Keeps the type of the options between schema and code. */
export const defineDriver = <S extends z.ZodType>(driver: Driver<S>): Driver<S> => driver;
