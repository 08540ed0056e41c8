import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { DemoView } from "#contract/api/views.ts";
import { clockTime, daysBetween } from "../../words/time-words.ts";
import { StatusMark } from "../status-mark.tsx";
import styles from "./watched-list.module.css";
import { withoutActBy } from "../../words/sentence-words.ts";

/** What is being watched: at risk, but waiting still costs nothing. It becomes work by itself when that changes. */
export function WatchedList({ demos, now }: { demos: readonly DemoView[]; now: number }): ReactElement | null {
  if (demos.length === 0) return null;
  const today = demos.filter((demo) => daysBetween(now, Date.parse(demo.start), demo.zone) === 0);
  const later = demos.length - today.length;
  return (
    <section aria-label="Being watched">
      <div className={styles["head"]}>
        <h2>Being watched — nobody has to act yet</h2>
      </div>
      <ul>
        {today.map((demo) => (
          <WatchedVisit key={demo.id} demo={demo} />
        ))}
      </ul>
      {later > 0 && (
        <p className={styles["more"]}>
          {later === 1 ? "1 visit" : `${later} visits`} of the next days {later === 1 ? "is" : "are"} watched as well.
        </p>
      )}
    </section>
  );
}

function WatchedVisit({ demo }: { demo: DemoView }): ReactElement {
  const [site = "", room = ""] = demo.room_key.split("/");
  const actBy = demo.readiness?.act_by;
  const start = Date.parse(demo.start);
  return (
    <li className={styles["visit"]}>
      <span className={styles["when"]}>
        <time dateTime={demo.start}>{clockTime(start, demo.zone)}</time>
        <span className={styles["by"]}>
          {actBy !== undefined && `act by ${clockTime(Date.parse(actBy), demo.zone)}`}
        </span>
      </span>
      <div>
        <p className={styles["line"]}>
          <span>
            <Link to="/rooms/$site/$room" params={{ site, room }} className={styles["room"]}>
              {demo.room_name}
            </Link>{" "}
            <span className={styles["name"]}>{demo.account ?? demo.title}</span>
          </span>
          <StatusMark status={demo.status} />
        </p>
        <p className={styles["sentence"]}>{withoutActBy(demo.sentence)}</p>
      </div>
    </li>
  );
}
