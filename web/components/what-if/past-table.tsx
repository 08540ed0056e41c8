import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { WhatIfAlert, WhatIfMessage } from "#contract/api/what-if.ts";
import { differenceWords, toldWords } from "../../words/past-words.ts";
import { clockTime, shortDay } from "../../words/time-words.ts";
import { floorShort } from "../../words/floor-words.ts";
import table from "../data-table.module.css";
import styles from "./what-if.module.css";

interface PastTableProps {
  alerts: readonly WhatIfAlert[];
  messages: readonly WhatIfMessage[];
}

/** Alert by alert: when by today's rules, by when somebody had to act, and how it was. */
export function PastTable({ alerts, messages }: PastTableProps): ReactElement {
  return (
    <table className={table["table"]}>
      <thead>
        <tr>
          <th scope="col">Room</th>
          <th scope="col">What, and for whom</th>
          <th scope="col">Today’s rules</th>
          <th scope="col">Act by</th>
          <th scope="col">As it was</th>
          <th scope="col">Difference</th>
        </tr>
      </thead>
      <tbody>
        {alerts.map((alert) => (
          <PastRow
            key={alert.id}
            alert={alert}
            told={toldWords(messages, alert)}
            // What was first told, not what had become of it at the end.
            sentence={messages.find((message) => message.alert === alert.id)?.sentence ?? alert.sentence}
          />
        ))}
      </tbody>
    </table>
  );
}

interface PastRowProps {
  alert: WhatIfAlert;
  told: string;
  sentence: string;
}

function PastRow({ alert, told, sentence }: PastRowProps): ReactElement {
  const { room_key, room_name, floor, zone, visits, by_these_rules: today, as_it_was: then } = alert;
  const [site = "", room = ""] = room_key.split("/");
  const actBy = today?.act_by ?? then?.act_by;
  return (
    <tr data-past-alert={alert.id}>
      <td className={`${table["strong"]} ${table["nowrap"]}`}>
        <Link to="/rooms/$site/$room" params={{ site, room }} className={styles["room"]}>
          {room_name}
        </Link>{" "}
        <span className={table["muted"]}>{floorShort(floor)}</span>
      </td>
      <td data-label="What">
        <div>
          {sentence}
          {visits.map((visit) => (
            <div key={visit.demo} className={table["small"]}>
              {visit.title}, {shortDay(Date.parse(visit.arrival), zone)} {clockTime(Date.parse(visit.arrival), zone)}
            </div>
          ))}
        </div>
      </td>
      <td data-label="Today’s rules" className={table["nowrap"]}>
        <div>
          <When at={today?.raised_at} zone={zone} />
          {told !== "" && <div className={`${table["small"]} ${styles["told"]}`}>tells {told}</div>}
        </div>
      </td>
      <td data-label="Act by" className={table["nowrap"]}>
        <When at={actBy} zone={zone} />
      </td>
      <td data-label="As it was" className={table["nowrap"]}>
        <When at={then?.raised_at} zone={zone} />
      </td>
      <td data-label="Difference">{differenceWords(alert)}</td>
    </tr>
  );
}

function When({ at, zone }: { at: string | undefined; zone: string }): ReactElement {
  if (at === undefined) return <span className={table["muted"]}>not raised</span>;
  const ms = Date.parse(at);
  return (
    <time dateTime={at}>
      <span className={table["muted"]}>{shortDay(ms, zone)}</span> {clockTime(ms, zone)}
    </time>
  );
}
