import { IconHistory } from "@tabler/icons-react";
import type { ReactElement } from "react";
import type { AlertView } from "#contract/api/views.ts";
import { eventWords } from "../../words/event-words.ts";
import { whenWords } from "../../words/time-words.ts";
import { Blank } from "../blank.tsx";
import styles from "./happenings.module.css";

const MOST = 40;

interface HappeningsProps {
  alerts: readonly AlertView[];
  now: number;
  zone: string;
}

/** What happened in a room, newest first: alerts, and what people did about them. */
export function Happenings({ alerts, now, zone }: HappeningsProps): ReactElement {
  const events = alerts
    .flatMap((alert) =>
      alert.history.map((event, index) => ({ ...event, key: `${alert.id} ${index}`, title: alert.title })),
    )
    .toSorted((a, b) => (a.at < b.at ? 1 : -1))
    .slice(0, MOST);
  if (events.length === 0)
    return (
      <Blank compact icon={<IconHistory size={20} />} title="Nothing has happened">
        No alert was raised here in the last thirty days.
      </Blank>
    );
  return (
    <ol className={styles["events"]}>
      {events.map((event) => (
        <li key={event.key} className={styles["event"]}>
          <time dateTime={event.at}>{whenWords(Date.parse(event.at), now, zone)}</time>
          <span>
            <span className={styles["title"]}>{event.title}</span>
            <span className={styles["note"]}> — {eventWords(event)}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}
