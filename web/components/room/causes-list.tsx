import type { ReactElement } from "react";
import type { DemoReadiness } from "#contract/messages/readiness.ts";
import { actByWords } from "../../words/time-words.ts";
import { withoutActBy } from "../../words/sentence-words.ts";
import { Forecast } from "../forecast.tsx";
import { ForecastList } from "./forecast-list.tsx";
import styles from "./causes-list.module.css";

interface CausesListProps {
  readiness: DemoReadiness;
  now: number;
  zone: string;
}

/** What may still change until the client comes: a room can be perfect now and yet be at risk. */
export function CausesList({ readiness, now, zone }: CausesListProps): ReactElement {
  return (
    <div className={styles["causes"]}>
      <p className={styles["cause"]}>
        <span className={styles["title"]}>At arrival, if nobody acts</span>
        <Forecast p={readiness.p_ready} basis={readiness.basis} />
      </p>
      <ForecastList readiness={readiness} />
      {readiness.causes.map((cause) => (
        <p key={cause.cause} className={styles["cause"]}>
          <span>{withoutActBy(cause.sentence)}</span>
          <span className={styles["by"]}>{actByWords(Date.parse(cause.act_by), now, zone)}</span>
        </p>
      ))}
    </div>
  );
}
