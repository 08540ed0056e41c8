import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { AlertView } from "#contract/api/views.ts";
import { heldNow, heldReasonWords } from "../../words/held-words.ts";
import { clockTime, whenWords } from "../../words/time-words.ts";
import styles from "./watched-list.module.css";

/** What is known to be wrong and has been told to nobody: by reason, what telling helps most first. */
export function UntoldList({ alerts, now }: { alerts: readonly AlertView[]; now: number }): ReactElement | null {
  const byReason = new Map<string, { alert: AlertView; since: string }[]>();
  for (const alert of alerts) {
    const held = heldNow(alert);
    if (held === undefined) continue;
    byReason.set(held.reason, [...(byReason.get(held.reason) ?? []), { alert, since: held.since }]);
  }
  if (byReason.size === 0) return null;
  return (
    <section aria-label="Not told yet" data-untold>
      {[...byReason].map(([reason, held]) => (
        <div key={reason}>
          <div className={styles["head"]}>
            <h2>
              Nobody told yet: {held.length} — {heldReasonWords(reason)}
            </h2>
          </div>
          <ul>
            {held
              .toSorted((a, b) => (b.alert.benefit ?? 0) - (a.alert.benefit ?? 0))
              .map(({ alert, since }) => (
                <Untold key={alert.id} alert={alert} since={since} now={now} />
              ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

function Untold({ alert, since, now }: { alert: AlertView; since: string; now: number }): ReactElement {
  const [site = "", room = ""] = alert.room_key.split("/");
  return (
    <li className={styles["visit"]} data-held={alert.id}>
      <span className={styles["when"]}>
        <time dateTime={alert.act_by}>{clockTime(Date.parse(alert.act_by), alert.zone)}</time>
        <span className={styles["by"]}>since {whenWords(Date.parse(since), now, alert.zone)}</span>
      </span>
      <div>
        <p className={styles["line"]}>
          <Link to="/rooms/$site/$room" params={{ site, room }} className={styles["room"]}>
            {alert.room_name}
          </Link>
          {alert.benefit !== undefined && (
            <span className={styles["name"]}>telling helps in {Math.round(alert.benefit * 100)} of 100 such cases</span>
          )}
        </p>
        <p className={styles["sentence"]}>{alert.title}</p>
      </div>
    </li>
  );
}
