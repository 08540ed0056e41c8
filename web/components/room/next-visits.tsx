import { IconCalendarOff } from "@tabler/icons-react";
import type { ReactElement } from "react";
import type { DemoView } from "#contract/api/views.ts";
import { needsWords } from "../../words/needs-words.ts";
import { actByWords, clockTime, dayWords } from "../../words/time-words.ts";
import { Blank } from "../blank.tsx";
import { Forecast } from "../forecast.tsx";
import { StatusMark } from "../status-mark.tsx";
import styles from "./next-visits.module.css";
import { withoutActBy } from "../../words/sentence-words.ts";

/** The visits that this room expects, each with its forecast and who is on it. */
export function NextVisits({ demos, now }: { demos: readonly DemoView[]; now: number }): ReactElement {
  if (demos.length === 0)
    return (
      <Blank compact icon={<IconCalendarOff size={20} />} title="No visit is coming">
        Nothing is expected here in the next two days.
      </Blank>
    );
  return (
    <ul className={styles["visits"]}>
      {demos.map((demo) => {
        const start = Date.parse(demo.start);
        const day = dayWords(start, now, demo.zone);
        return (
          <li key={demo.id} className={styles["visit"]}>
            <time dateTime={demo.start} className={styles["time"]}>
              {clockTime(start, demo.zone)}
              {day !== "today" && <span className={styles["day"]}>{day}</span>}
            </time>
            <div>
              <div className={styles["head"]}>
                <span className={styles["name"]}>{demo.account ?? demo.title}</span>
                <StatusMark status={demo.status} />
              </div>
              <p className={styles["meta"]}>{needsWords(demo.needs)}</p>
              {demo.status !== "ready" && <p className={styles["sentence"]}>{withoutActBy(demo.sentence)}</p>}
              {demo.readiness !== undefined && <Forecast p={demo.readiness.p_ready} basis={demo.readiness.basis} />}
              {demo.readiness?.act_by !== undefined && (
                <p className={styles["meta"]}>{actByWords(Date.parse(demo.readiness.act_by), now, demo.zone)}</p>
              )}
              {demo.being_done !== undefined && <p className={styles["meta"]}>{demo.being_done}</p>}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
