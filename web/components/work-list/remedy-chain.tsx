import type { ReactElement } from "react";
import type { RemedyStep } from "#contract/messages/readiness.ts";
import { clockTime } from "../../words/time-words.ts";
import styles from "./remedy-chain.module.css";

interface RemedyChainProps {
  steps: readonly RemedyStep[];
  now: number;
  /** When the client walks in; without a visit only the list is shown. */
  arrival: number | undefined;
  zone: string;
}

const MINUTE_MS = 60_000;

/** What can be done and until when: each remedy from its latest start over its usual and its long duration to the arrival. */
export function RemedyChain({ steps, now, arrival, zone }: RemedyChainProps): ReactElement {
  const end = arrival === undefined || arrival <= now ? undefined : arrival;
  const place = (at: number): number => (end === undefined ? 0 : (100 * Math.max(0, at - now)) / (end - now));
  return (
    <ol className={styles["chain"]}>
      {steps.map((step) => {
        const actBy = Date.parse(step.act_by);
        const isPast = actBy < now;
        return (
          <li key={step.remedy} className={styles["step"]} data-past={isPast ? "" : undefined}>
            <p className={styles["line"]}>
              <time dateTime={step.act_by}>{clockTime(actBy, zone)}</time>
              <span>
                {step.label}{" "}
                <span className={styles["note"]}>
                  {Math.round(step.p50_min)} min, at most {Math.round(step.p90_min)}
                  {isPast && ", too late now"}
                </span>
              </span>
            </p>
            {end !== undefined && !isPast && (
              <span className={styles["track"]} aria-hidden="true">
                <span
                  className={styles["long"]}
                  style={{
                    left: `${place(actBy)}%`,
                    width: `${Math.min(100, place(now + step.p90_min * MINUTE_MS))}%`,
                  }}
                />
                <span
                  className={styles["usual"]}
                  style={{
                    left: `${place(actBy)}%`,
                    width: `${Math.min(100, place(now + step.p50_min * MINUTE_MS))}%`,
                  }}
                />
              </span>
            )}
          </li>
        );
      })}
      {end !== undefined && (
        <li className={styles["ends"]} aria-hidden="true">
          <span>now</span>
          <span>arrival {clockTime(end, zone)}</span>
        </li>
      )}
    </ol>
  );
}
