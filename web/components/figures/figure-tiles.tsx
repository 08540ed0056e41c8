import type { ReactElement } from "react";
import type { Figures } from "#contract/api/evidence.ts";
import styles from "./figures.module.css";

const visits = (n: number): string => (n === 1 ? "1 visit" : `${n} visits`);

/** The few figures that say how it went; each with what it is made of, so that nobody has to guess. */
export function FigureTiles({ figures }: { figures: Figures }): ReactElement {
  const { at_arrival, ready_share, alerts, misses, moved } = figures;
  const good = at_arrival.ready + at_arrival.degraded;
  const judged = at_arrival.visits - at_arrival.no_evidence;
  return (
    <dl className={styles["tiles"]}>
      <Tile
        name="Ready when the client came"
        value={ready_share === undefined ? "–" : percent(ready_share)}
        note={`${good} of ${visits(judged)}${at_arrival.no_evidence > 0 ? `; of ${at_arrival.no_evidence} more nothing was known` : ""}`}
      />
      <Tile
        name="Saved"
        value={String(alerts.rescued)}
        note={`told, acted upon, and ready${moved > 0 ? `; ${visits(moved)} in another room` : ""}`}
      />
      <Tile
        name="Missed"
        value={String(misses.told + misses.untold)}
        note={
          misses.told + misses.untold === 0
            ? "no visit began in a room that was not ready"
            : `${misses.untold} without any alert, ${misses.told} in spite of one`
        }
      />
      <Tile
        name="Alerts in time"
        value={alerts.raised === 0 ? "–" : percent(alerts.in_time / alerts.raised)}
        note={`${alerts.in_time} of ${alerts.raised} before their act-by; ${alerts.taken_in_time} taken before it`}
      />
      <Tile
        name="Time to act"
        value={alerts.median_margin_min === undefined ? "–" : `${Math.round(alerts.median_margin_min)} min`}
        note="from the alert to its act-by, half of them longer"
      />
      <Tile
        name="Called for nothing"
        value={String(alerts.false_calls)}
        note="nobody acted, and the room was ready all the same"
      />
    </dl>
  );
}

/** Never a hundred where something is missing from it. */
const percent = (share: number): string => `${Math.floor(share * 100 + 1e-9)}\u00A0%`;

function Tile({ name, value, note }: { name: string; value: string; note: string }): ReactElement {
  return (
    <div className={styles["tile"]}>
      <dt>{name}</dt>
      <dd className={styles["value"]}>{value}</dd>
      <dd className={styles["note"]}>{note}</dd>
    </div>
  );
}
