import { IconUsers } from "@tabler/icons-react";
import type { ReactElement } from "react";
import type { RoomView } from "#contract/api/views.ts";
import { metricFigure } from "../words/metric-words.ts";
import { FlashValue } from "./flash-value.tsx";
import styles from "./room-facts.module.css";

/** The room's air and whether somebody is in it; what is not known is left out, not guessed. */
export function RoomFacts({ room }: { room: RoomView }): ReactElement {
  return (
    <span className={styles["facts"]}>
      {room.temperature_c !== undefined && (
        <span>
          <FlashValue value={metricFigure("temperature_c", room.temperature_c)} />
          <span className={styles["unit"]}> °C</span>
        </span>
      )}
      {room.co2_ppm !== undefined && (
        <span>
          <FlashValue value={metricFigure("co2_ppm", room.co2_ppm)} />
          <span className={styles["unit"]}> ppm</span>
        </span>
      )}
      {room.occupied === true && (
        <span className={styles["used"]}>
          <IconUsers size={14} aria-hidden="true" /> In use
        </span>
      )}
      {room.occupied === false && <span className={styles["unit"]}>Empty</span>}
    </span>
  );
}
