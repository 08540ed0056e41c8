import type { ReactElement } from "react";
import type { AlertEvent } from "#contract/messages/alert.ts";
import { foldEvents } from "../words/fold-events.ts";
import { clockTime, whenWords } from "../words/time-words.ts";
import styles from "./event-list.module.css";

interface EventListProps {
  history: readonly AlertEvent[];
  now: number;
  zone: string;
}

/** What happened to an alert, in order. */
export function EventList({ history, now, zone }: EventListProps): ReactElement {
  return (
    <ol className={styles["events"]}>
      {foldEvents(history).map((event) => (
        <li key={`${event.at} ${event.words}`} className={styles["event"]}>
          <time dateTime={event.at}>{whenWords(Date.parse(event.at), now, zone)}</time>
          <span>
            {event.words}
            {event.times > 1 && (
              <span className={styles["again"]}>
                {" "}
                {event.times} times, last {clockTime(Date.parse(event.lastAt), zone)}
              </span>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}
