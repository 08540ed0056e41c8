import { Link } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import { Button } from "@mantine/core";
import type { DemoView, RoomView } from "#contract/api/views.ts";
import { floorShort } from "../../words/floor-words.ts";
import { roomStatus } from "../../words/status-words.ts";
import { whenWords } from "../../words/time-words.ts";
import { StatusMark } from "../status-mark.tsx";
import styles from "./watched-list.module.css";

interface DailyListSectionProps {
  rooms: readonly RoomView[];
  demos: ReadonlyMap<string, DemoView>;
  now: number;
}

const AT_FIRST = 6;

/** What is wrong where no visit needs it soon: for when there is time, and never a message at once. */
export function DailyListSection({ rooms, demos, now }: DailyListSectionProps): ReactElement | null {
  const [isAll, showAll] = useState(false);
  if (rooms.length === 0) return null;
  const shown = isAll ? rooms : rooms.slice(0, AT_FIRST);
  return (
    <section aria-label="Daily list" data-daily={rooms.length}>
      <div className={styles["head"]}>
        <h2>Daily list — to mend when there is time; no visit needs it within a day</h2>
      </div>
      <ul>
        {shown.map((room) => {
          const next = demos.get(room.next_demo ?? "");
          return (
            <li key={room.key} className={styles["visit"]} data-plain data-daily-room={room.key}>
              <div>
                <p className={styles["line"]}>
                  <span>
                    <Link
                      to="/rooms/$site/$room"
                      params={{ site: room.site, room: room.room }}
                      className={styles["room"]}
                    >
                      {room.name}
                    </Link>{" "}
                    <span className={styles["name"]}>{floorShort(room.floor)}</span>
                  </span>
                  <StatusMark status={roomStatus(room)} />
                </p>
                <p className={styles["sentence"]}>{room.sentence}</p>
                {next !== undefined && (
                  <p className={styles["by"]}>next visit {whenWords(Date.parse(next.start), now, next.zone)}</p>
                )}
              </div>
            </li>
          );
        })}
      </ul>
      {shown.length < rooms.length && (
        <p className={styles["more"]}>
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => showAll(true)}>
            {rooms.length - shown.length} more rooms
          </Button>
        </p>
      )}
    </section>
  );
}
