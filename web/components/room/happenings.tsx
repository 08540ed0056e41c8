import { IconHistory } from "@tabler/icons-react";
import type { ReactElement } from "react";
import type { AlertView } from "#contract/api/views.ts";
import { Blank } from "../blank.tsx";
import { EventList } from "../event-list.tsx";
import styles from "./happenings.module.css";

const MOST = 12;

interface HappeningsProps {
  alerts: readonly AlertView[];
  now: number;
  zone: string;
}

/** What happened in a room, newest first: each alert with what was done about it. */
export function Happenings({ alerts, now, zone }: HappeningsProps): ReactElement {
  if (alerts.length === 0)
    return (
      <Blank compact icon={<IconHistory size={20} />} title="Nothing has happened">
        No alert was raised here in the last thirty days.
      </Blank>
    );
  const newest = alerts.toSorted((a, b) => (a.raised_at < b.raised_at ? 1 : -1)).slice(0, MOST);
  return (
    <ol className={styles["alerts"]}>
      {newest.map((alert) => (
        <li key={alert.id} className={styles["alert"]}>
          <h3 className={styles["title"]}>{alert.title}</h3>
          <EventList history={alert.history} now={now} zone={zone} />
        </li>
      ))}
    </ol>
  );
}
