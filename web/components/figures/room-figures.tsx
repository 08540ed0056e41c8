import { Link } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import { Button } from "@mantine/core";
import type { Figures } from "#contract/api/evidence.ts";
import table from "../data-table.module.css";
import { Panel } from "../panel.tsx";
import styles from "./figures.module.css";

const AT_FIRST = 10;

type RoomFigure = Figures["by_room"][number];
const columns: readonly { name: string; of: (room: RoomFigure) => number }[] = [
  { name: "Visits", of: (room) => room.visits },
  { name: "Ready", of: (room) => room.ready },
  { name: "Usable", of: (room) => room.degraded },
  { name: "Not ready", of: (room) => room.not_ready },
  { name: "Can\u2019t tell", of: (room) => room.unknown },
  { name: "No evidence", of: (room) => room.no_evidence },
];

/** The rooms, those that let clients down most before others. */
export function RoomFigures({ rooms }: { rooms: Figures["by_room"] }): ReactElement {
  const [isAll, showAll] = useState(false);
  const shown = isAll ? rooms : rooms.slice(0, AT_FIRST);
  return (
    <Panel title="Room by room" flush>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable without a pointer */}
      <section className={styles["scroll"]} aria-label="Rooms, table" tabIndex={0}>
        <table className={table["table"]}>
          <thead>
            <tr>
              <th scope="col">Room</th>
              {columns.map(({ name }) => (
                <th key={name} scope="col" className={table["figure"]}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((room) => {
              const [site = "", id = ""] = room.room.split("/");
              return (
                <tr key={room.room}>
                  <td className={table["strong"]}>
                    <Link to="/rooms/$site/$room" params={{ site, room: id }}>
                      {room.name}
                    </Link>
                  </td>
                  {columns.map(({ name, of }) => {
                    const count = of(room);
                    return (
                      <td
                        key={name}
                        data-label={name}
                        className={`${table["figure"]} ${count === 0 ? table["muted"] : ""}`}
                      >
                        {count}
                      </td>
                    );
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
      {shown.length < rooms.length && (
        <p className={styles["more"]}>
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => showAll(true)}>
            {rooms.length - shown.length} more rooms
          </Button>
        </p>
      )}
    </Panel>
  );
}
