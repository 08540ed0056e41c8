import type { ReactElement } from "react";
import type { UnclaimedView } from "#contract/api/claims.ts";
import { metricLabel, metricValue, saysItself } from "../../words/metric-words.ts";
import styles from "./unclaimed-panel.module.css";

/** What a device measured last. */
export function MeasuredValues({ values }: { values: UnclaimedView["values"] }): ReactElement {
  return (
    <ul className={styles["values"]} aria-label="Measures">
      {values.map(({ metric, value }) => (
        <li key={metric}>
          {!saysItself(metric) && <span className={styles["metric"]}>{metricLabel(metric)} </span>}
          {metricValue(metric, value)}
        </li>
      ))}
    </ul>
  );
}
