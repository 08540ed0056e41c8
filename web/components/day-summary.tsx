import type { ReactElement } from "react";
import type { DemoView } from "#contract/api/views.ts";
import { statusOrder, statusWordsInside, type Status } from "../words/status-words.ts";
import { clockTime, daysBetween, relativeWords } from "../words/time-words.ts";
import { StatusMark } from "./status-mark.tsx";
import styles from "./day-summary.module.css";

/** What counts as a quiet status: nobody has to do anything. */
const onTrack: ReadonlySet<Status> = new Set(["ready", "degraded"]);

/** Today's visits in a line: how many, and how many of them need eyes. */
export function DaySummary({ demos, now }: { demos: readonly DemoView[]; now: number }): ReactElement {
  const today = demos.filter((demo) => daysBetween(now, Date.parse(demo.start), demo.zone) === 0);
  const coming = today.filter((demo) => Date.parse(demo.end) > now);
  const counts = new Map<Status, number>();
  for (const demo of coming) counts.set(demo.status, (counts.get(demo.status) ?? 0) + 1);
  const fine = coming.filter((demo) => onTrack.has(demo.status)).length;
  const over = today.length - coming.length;
  return (
    <div className={styles["summary"]}>
      <span className={styles["total"]}>
        {today.length === 0 ? "No visits today" : today.length === 1 ? "1 visit today" : `${today.length} visits today`}
      </span>
      {over > 0 && <span className={styles["total"]}>{over} over</span>}
      {fine > 0 && <StatusMark status="ready" word={`${fine} on track`} />}
      {statusOrder
        .filter((status) => !onTrack.has(status) && counts.has(status))
        .map((status) => (
          <StatusMark key={status} status={status} word={`${counts.get(status)} ${statusWordsInside[status]}`} />
        ))}
    </div>
  );
}

/** The next arrival. */
export function NextVisit({ demos, now }: { demos: readonly DemoView[]; now: number }): ReactElement | null {
  const next = demos
    .filter((demo) => Date.parse(demo.arrival) > now)
    .toSorted((a, b) => (a.arrival < b.arrival ? -1 : 1))[0];
  if (next === undefined || daysBetween(now, Date.parse(next.arrival), next.zone) > 0) return null;
  const at = Date.parse(next.arrival);
  return (
    <p className={styles["next"]}>
      Next: <strong>{clockTime(at, next.zone)}</strong> {next.room_name}
      {next.account === undefined ? "" : ` — ${next.account}`}, {relativeWords(at, now)}
    </p>
  );
}
