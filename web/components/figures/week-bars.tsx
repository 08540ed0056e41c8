import type { ReactElement } from "react";
import type { Figures } from "#contract/api/evidence.ts";
import { statusWords } from "../../words/status-words.ts";
import { shortDay } from "../../words/time-words.ts";
import { Panel } from "../panel.tsx";
import styles from "./figures.module.css";

const kinds = ["ready", "degraded", "unknown", "not_ready", "no_evidence"] as const;
type Kind = (typeof kinds)[number];
const nameOf = (kind: Kind): string => (kind === "no_evidence" ? "No evidence" : statusWords[kind]);

/** How the visits of each week began. */
export function WeekBars({ weeks }: { weeks: Figures["by_week"] }): ReactElement {
  const most = Math.max(1, ...weeks.map((week) => week.visits));
  const shown = kinds.filter((kind) => weeks.some((week) => week[kind] > 0));
  return (
    <Panel title="Week by week, from Monday on">
      <ul className={styles["weeks"]}>
        {weeks.map((week) => (
          <li key={week.week} className={styles["week"]}>
            <span className={styles["when"]}>{shortDay(Date.parse(`${week.week}T12:00:00Z`), "UTC")}</span>
            <span className={styles["bar"]} aria-hidden="true">
              {shown.map((kind) => (
                <span key={kind} data-kind={kind} style={{ width: `${(100 * week[kind]) / most}%` }} />
              ))}
            </span>
            <span className={styles["count"]}>
              {week.visits}
              <span className="visually-hidden">
                {" "}
                visits:{" "}
                {shown
                  .filter((kind) => week[kind] > 0)
                  .map((kind) => `${week[kind]} ${nameOf(kind).toLowerCase()}`)
                  .join(", ")}
              </span>
            </span>
          </li>
        ))}
      </ul>
      <p className={styles["legend"]} aria-hidden="true">
        {shown.map((kind) => (
          <span key={kind}>
            <span className={styles["swatch"]} data-kind={kind} /> {nameOf(kind)}
          </span>
        ))}
      </p>
    </Panel>
  );
}
