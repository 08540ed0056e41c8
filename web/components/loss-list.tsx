import type { ReactElement } from "react";
import type { Verdict } from "#contract/messages/readiness.ts";
import { checkWords } from "../words/check-words.ts";
import { pointsWords, wholePoints } from "../words/points-words.ts";
import styles from "./loss-list.module.css";

/** What costs points, dearest first, and what is left of the hundred. */
export function LossList({ verdict }: { verdict: Verdict }): ReactElement {
  const losses = verdict.checks.filter((check) => check.lost > 0).toSorted((a, b) => b.lost - a.lost);
  const points = wholePoints(
    losses.map((check) => check.lost),
    verdict.score,
  );
  return (
    <>
      <ul className={styles["losses"]}>
        {losses.map((check, index) => (
          <li key={`${check.check} ${check.device ?? ""}`} className={styles["loss"]}>
            <span className={styles["what"]}>{checkWords[check.check]}</span>
            <span className={styles["points"]}>{pointsWords(points[index] ?? 0)}</span>
            <span className={styles["why"]}>{check.sentence}</span>
          </li>
        ))}
        <li className={styles["sum"]}>
          <span>Readiness now</span>
          <span>{Math.round(verdict.score)} of 100</span>
        </li>
      </ul>
    </>
  );
}
