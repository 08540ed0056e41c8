import type { ReactElement } from "react";
import type { CheckResult, Verdict } from "#contract/messages/readiness.ts";
import { checkWords } from "../../words/check-words.ts";
import { metricValue } from "../../words/metric-words.ts";
import { pointsWords, wholePoints } from "../../words/points-words.ts";
import { urgencyOf } from "../../words/status-words.ts";
import { FreshnessBar } from "../freshness-bar.tsx";
import { StatusMark } from "../status-mark.tsx";
import styles from "./why-table.module.css";

interface WhyTableProps {
  verdict: Verdict;
  now: number;
  zone: string;
}

/** Every check with what it costs; the points add up to what is missing from a hundred. */
export function WhyTable({ verdict, now, zone }: WhyTableProps): ReactElement {
  const checks = verdict.checks.toSorted((a, b) => b.lost - a.lost || urgencyOf(a.outcome) - urgencyOf(b.outcome));
  const points = wholePoints(
    checks.map((check) => check.lost),
    verdict.score,
  );
  const score = Math.round(verdict.score);
  const high = Math.round(verdict.score_hi);
  return (
    <table className={styles["table"]}>
      <thead>
        <tr>
          <th scope="col">Check</th>
          <th scope="col">What is known</th>
          <th scope="col" className={styles["figure"]}>
            Value
          </th>
          <th scope="col">Evidence</th>
          <th scope="col" className={styles["figure"]}>
            Points
          </th>
        </tr>
      </thead>
      <tbody>
        {checks.map((check, index) => (
          <CheckRow
            key={`${check.check} ${check.device ?? ""}`}
            check={check}
            points={points[index] ?? 0}
            now={now}
            zone={zone}
          />
        ))}
      </tbody>
      <tfoot>
        <tr>
          <td colSpan={4} className={styles["sum"]}>
            {score === 100 ? "Nothing is lost." : `${100 - score} of 100 points are lost.`}
            {high > score && ` Up to ${high} if what cannot be told turns out well.`}
          </td>
          <td className={`${styles["figure"]} ${styles["score"]}`}>{score} of 100</td>
        </tr>
      </tfoot>
    </table>
  );
}

interface CheckRowProps {
  check: CheckResult;
  points: number;
  now: number;
  zone: string;
}

function CheckRow({ check, points, now, zone }: CheckRowProps): ReactElement {
  return (
    <tr>
      <td className={styles["check"]}>
        {checkWords[check.check]}
        <span className={styles["soft"]}>{check.hard ? "must be right" : "nice to have"}</span>
      </td>
      <td className={styles["sentence"]}>
        {check.outcome !== "ready" && (
          <>
            <StatusMark status={check.outcome} />{" "}
          </>
        )}
        {check.sentence}
      </td>
      <td className={`${styles["figure"]} ${styles["value"]}`}>
        {check.value !== undefined && metricValue(check.metric ?? "", check.value)}
        {check.limit !== undefined && <span className={styles["limit"]}>{check.limit}</span>}
      </td>
      <td>
        <FreshnessBar freshness={check.freshness} at={check.evidence_at} now={now} zone={zone} />
      </td>
      <td className={`${styles["figure"]} ${styles["lost"]}`} data-none={points === 0 ? "" : undefined}>
        {pointsWords(points)}
      </td>
    </tr>
  );
}
