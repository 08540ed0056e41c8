import type { SensorFinding } from "#contract/messages/readiness.ts";

/** A finding of a replay, in the recording's own words. */
export interface ReplayFinding {
  room: string;
  device: string;
  /** The recording's name of the quantity where it has one (`temperature`), `*` for the whole device. */
  metric: string;
  /** Greenroom's name (`temperature_c`). */
  canonical: string;
  kind: SensorFinding["kind"];
  from: string;
  /** When it ended; the end of the recording while it lasts. */
  to: string;
  lasting: boolean;
  confidence: number;
  sentence: string;
  /** Shared by every room that the same cause took along. */
  cause?: string;
}

/** What the columns of a recording with known faults are called there. */
const fields: ReadonlyMap<string, string> = new Map([
  ["co2_ppm", "co2"],
  ["humidity_pct", "humidity"],
  ["light_lux", "light"],
  ["motion_pct", "pir"],
  ["temperature_c", "temperature"],
]);

/** Gathers what rooms are told to suffer from over a whole replay: the last word on each finding stands. */
export class FindingList {
  readonly #found = new Map<string, { room: string; finding: SensorFinding }>();

  take(room: string, findings: readonly SensorFinding[]): void {
    for (const finding of findings) {
      const key = `${room} ${finding.device} ${finding.metric} ${finding.from} ${familyOf(finding.kind)}`;
      this.#found.set(key, { room, finding });
    }
  }

  get size(): number {
    return this.#found.size;
  }

  /** By room, then by begin. */
  list(end: string, nameFields: boolean): ReplayFinding[] {
    return [...this.#found.values()]
      .map(({ room, finding }): ReplayFinding => {
        const { metric, to, cause, device, kind, from, confidence, sentence } = finding;
        return {
          room,
          device,
          metric: nameFields ? (fields.get(metric) ?? metric) : metric,
          canonical: metric,
          kind,
          from,
          to: to ?? end,
          lasting: to === undefined,
          confidence,
          sentence,
          ...(cause === undefined ? {} : { cause }),
        };
      })
      .toSorted((a, b) => compare(a.room, b.room) || compare(a.from, b.from) || compare(a.metric, b.metric));
  }
}

/** A silence that turns out to be part of an outage is the same finding. */
const familyOf = (kind: SensorFinding["kind"]): string => (kind === "outage" ? "silent" : kind);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
