import { parseInstant } from "#contract/units.ts";
import type { KnownFault } from "./faults.ts";
import type { ReplayFinding } from "./replay-finding.ts";

export interface Score {
  /** Share of findings that overlap a known fault of their room; null when nothing was found. */
  precision: number | null;
  /** As precision, for findings that overlap a known fault of their room and metric. */
  precision_strict: number | null;
  /** Share of known faults that a finding on the same room and metric overlaps; null when none is known. */
  recall: number | null;
  missed: KnownFault[];
  unfounded: ReplayFinding[];
}

/**
 * Compares findings with known faults. A fault is found when a finding on its room and metric overlaps it (touching counts:
 * most are one report long); `*` is a metric of its own, the whole room. A finding that overlaps no fault of its room is unfounded.
 */
export function scoreFindings(findings: readonly ReplayFinding[], faults: readonly KnownFault[]): Score {
  const missed = faults.filter((fault) => !findings.some((finding) => matches(finding, fault)));
  const unfounded = findings.filter(
    (finding) => !faults.some((fault) => finding.room === fault.room && overlaps(finding, fault)),
  );
  const strict = findings.filter((finding) => faults.some((fault) => matches(finding, fault)));
  return {
    precision_strict: findings.length === 0 ? null : strict.length / findings.length,
    precision: findings.length === 0 ? null : (findings.length - unfounded.length) / findings.length,
    recall: faults.length === 0 ? null : (faults.length - missed.length) / faults.length,
    missed,
    unfounded,
  };
}

const matches = (finding: ReplayFinding, fault: KnownFault): boolean =>
  finding.room === fault.room &&
  (finding.metric === fault.field || finding.canonical === fault.field) &&
  overlaps(finding, fault);

const overlaps = (finding: ReplayFinding, fault: KnownFault): boolean =>
  (parseInstant(finding.from) as number) <= fault.to && (parseInstant(finding.to) as number) >= fault.from;
