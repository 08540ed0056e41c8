import { Button } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { type ReactElement, useId, useState } from "react";
import type { AlertView, DemoView } from "#contract/api/views.ts";
import { floorShort } from "../../words/floor-words.ts";
import { clockTime } from "../../words/time-words.ts";
import { Forecast } from "../forecast.tsx";
import { MoveButton } from "../move/move-button.tsx";
import { keptRoom } from "./standbys.ts";
import styles from "./watched-list.module.css";

interface StandbyListProps {
  alerts: readonly AlertView[];
  demos: ReadonlyMap<string, DemoView>;
}

/** So few are shown at once. */
const FEW = 2;

/** Visits that another room is kept for, as one: nobody has to act unless a room turns out not to be ready. */
export function StandbyList({ alerts, demos }: StandbyListProps): ReactElement | null {
  const [isOpen, setOpen] = useState(alerts.length <= FEW);
  const id = useId();
  const [first] = alerts;
  if (first === undefined) return null;
  const words =
    alerts.length === 1
      ? "Another room is kept for 1 visit, in case its own is not ready"
      : `Other rooms are kept for ${alerts.length} visits, in case their own are not ready`;
  return (
    <section aria-label="Rooms kept in case" data-standbys={alerts.length}>
      <div className={styles["head"]}>
        <h2>{words}</h2>
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          aria-expanded={isOpen}
          aria-controls={id}
          rightSection={
            <IconChevronDown size={14} aria-hidden="true" style={{ transform: isOpen ? "rotate(180deg)" : "none" }} />
          }
          onClick={() => setOpen((before) => !before)}
        >
          {isOpen ? "Hide" : "Show"}
        </Button>
      </div>
      <ul id={id} hidden={!isOpen}>
        {alerts.map((alert) => (
          <Standby key={alert.id} alert={alert} demo={demos.get(alert.demo ?? "")} />
        ))}
      </ul>
    </section>
  );
}

function Standby({ alert, demo }: { alert: AlertView; demo: DemoView | undefined }): ReactElement {
  const [site = "", room = ""] = alert.room_key.split("/");
  const kept = keptRoom(alert);
  return (
    <li className={styles["visit"]} data-standby={alert.id}>
      <span className={styles["when"]}>
        <time dateTime={alert.act_by}>{clockTime(Date.parse(alert.arrival ?? alert.act_by), alert.zone)}</time>
      </span>
      <div>
        <p className={styles["line"]}>
          <span>
            <Link to="/rooms/$site/$room" params={{ site, room }} className={styles["room"]}>
              {alert.room_name}
            </Link>{" "}
            <span className={styles["name"]}>{demo?.account ?? alert.demo_title}</span>
          </span>
          <Forecast p={alert.p_ready} {...(demo?.readiness === undefined ? {} : { basis: demo.readiness.basis })} />
        </p>
        <p className={styles["sentence"]}>
          {kept === undefined
            ? "No other room is free then."
            : `${kept.name}, ${floorShort(kept.floor)}, is kept for it.`}
        </p>
        {demo !== undefined && kept !== undefined && (
          <div className={styles["actions"]}>
            <MoveButton demo={demo} to={kept} isCalm />
          </div>
        )}
      </div>
    </li>
  );
}
