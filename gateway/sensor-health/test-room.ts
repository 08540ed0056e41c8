import type { SensorFinding } from "#contract/messages/readiness.ts";
import type { MetricValue } from "#contract/metrics.ts";
import { hours, instant, type Instant, later, type Millis, minutes, parseInstant } from "#contract/units.ts";
import { SensorHealth, type SensorHealthOptions } from "./sensor-health.ts";

/** Fri 16:05 in California. */
export const START = parseInstant("2013-08-23T23:05:00Z") as Instant;

/** What a sensor says at a time; nothing when it says nothing. */
export type Script = (at: Instant, minute: number) => Readonly<Record<string, MetricValue>> | undefined;

/** A working room: everything moves a little, days are lit and used, nights are not. */
export const working: Script = (at, minute) => {
  const hour = new Date(at).getUTCHours();
  const isDay = hour >= 16 || hour < 1;
  return {
    temperature_c: 22.5 + Math.sin(minute / 300) + 0.02 * Math.sin(minute * 1.7),
    humidity_pct: 50 + 3 * Math.sin(minute / 400) + 0.1 * Math.sin(minute * 2.3),
    co2_ppm: (isDay ? 600 : 430) + 8 * Math.sin(minute * 1.1),
    light_lux: isDay ? 300 + 5 * Math.sin(minute) : 3,
    motion_pct: isDay && minute % 7 === 0 ? 60 : 0,
  };
};

/** One room on a timeline of one report a minute. */
export class TestRoom {
  readonly health: SensorHealth;
  now: Instant = START;
  minute = 0;

  constructor(options: Partial<SensorHealthOptions> = {}) {
    this.health = new SensorHealth({ room: "hq/r1", zone: "America/Los_Angeles", ...options });
  }

  /** Lets time pass with these devices reporting every minute. */
  run(span: Millis, scripts: Readonly<Record<string, Script>>, step: Millis = minutes(1)): this {
    const end = later(this.now, span);
    while (this.now < end) {
      for (const [device, script] of Object.entries(scripts)) {
        for (const [metric, value] of Object.entries(script(this.now, this.minute) ?? {}))
          this.health.observe(device, metric, value, this.now);
      }
      this.health.tick(this.now);
      this.now = later(this.now, step);
      this.minute += 1;
    }
    return this;
  }

  get findings(): SensorFinding[] {
    return this.health.findings();
  }

  /** Kind, metric, and begin and end in minutes since START. */
  get told(): string[] {
    const at = (text: string | undefined): string =>
      text === undefined ? "" : String(((parseInstant(text) as number) - START) / 60_000);
    return this.findings.map((f) => `${f.device} ${f.metric} ${f.kind} ${at(f.from)}..${at(f.to)}`);
  }
}

/** The script with one minute replaced. */
export const except =
  (
    script: Script,
    when: (minute: number) => boolean,
    instead: Readonly<Record<string, MetricValue>> | undefined,
  ): Script =>
  (at, minute) => {
    if (!when(minute)) return script(at, minute);
    return instead === undefined ? undefined : { ...script(at, minute), ...instead };
  };

export const days = (n: number): Millis => hours(24 * n);
export const atMinute = (minute: number): Instant => instant(START + minute * 60_000);
