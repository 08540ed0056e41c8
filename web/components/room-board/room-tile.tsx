import { Link } from "@tanstack/react-router";
import { memo, type ReactElement } from "react";
import type { DemoView, RoomView } from "#contract/api/views.ts";
import { useDemo, useRoom } from "../../data/live/use-live.ts";
import { useNow } from "../../data/now.ts";
import { roomStatus, statusWords, urgencyOf } from "../../words/status-words.ts";
import { whenWords } from "../../words/time-words.ts";
import { RoomFacts } from "../room-facts.tsx";
import { statusColours } from "../status-colours.ts";
import { StatusIcon } from "../status-icon.tsx";
import { StatusMark } from "../status-mark.tsx";
import styles from "./room-tile.module.css";

/** A room on the board that follows the feed by itself: the board is not drawn again when one room moves. */
export const LiveRoomTile = memo(function LiveRoomTile({ roomKey }: { roomKey: string }): ReactElement | null {
  const room = useRoom(roomKey);
  const next = useDemo(room?.next_demo ?? "");
  const now = useNow(60_000);
  return room === undefined ? null : <RoomTile room={room} next={next} now={now} />;
});

interface RoomTileProps {
  room: RoomView;
  next: DemoView | undefined;
  now: number;
}

/** A room in a glance: how it is, why, its air, and who comes next. */
export function RoomTile({ room, next, now }: RoomTileProps): ReactElement {
  const status = roomStatus(room);
  const isLoud = urgencyOf(status) <= urgencyOf("unknown");
  return (
    <Link
      to="/rooms/$site/$room"
      params={{ site: room.site, room: room.room }}
      className={styles["tile"]}
      style={statusColours(status)}
      data-room={room.key}
      data-loud={isLoud ? "" : undefined}
      data-currency={room.currency}
    >
      <span className={styles["head"]}>
        <span className={styles["name"]}>{room.name}</span>
        <span className={styles["mark"]}>
          <StatusMark status={status} />
        </span>
      </span>
      <span className={styles["sentence"]}>{room.sentence}</span>
      <span className={styles["foot"]}>
        <RoomFacts room={room} />
        <NextLine room={room} next={next} now={now} />
      </span>
    </Link>
  );
}

function NextLine({ room, next, now }: RoomTileProps): ReactElement {
  if (next === undefined || Date.parse(next.end) <= now)
    return <span className={styles["next"]}>{room.seats} seats · no visit coming</span>;
  return (
    <span className={styles["next"]} style={statusColours(next.status)}>
      <StatusIcon status={next.status} size={12} />
      <span className="visually-hidden">{statusWords[next.status]} for </span>
      {whenWords(Date.parse(next.start), now, next.zone)} {next.account ?? next.title}
    </span>
  );
}
