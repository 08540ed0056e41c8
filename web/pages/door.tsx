import { IconMapOff } from "@tabler/icons-react";
import { useParams } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { Blank } from "../components/blank.tsx";
import { ResetButton } from "../components/room/reset-button.tsx";
import { Bone, Loading } from "../components/skeleton.tsx";
import { statusColours } from "../components/status-colours.ts";
import { StatusIcon } from "../components/status-icon.tsx";
import { useDemos, useHasData, useRoom } from "../data/live/use-live.ts";
import { useFeedState } from "../data/live/use-feed-state.ts";
import { useNow } from "../data/now.ts";
import { useTitle } from "../data/use-title.ts";
import { useFar } from "../design/use-far.ts";
import { doorWords } from "../words/door-words.ts";
import { clockTime, durationWords } from "../words/time-words.ts";
import styles from "./door.module.css";
import { floorWords } from "../words/floor-words.ts";

/** The panel at a room's door: is this room fine, and who has it next? It names no client. */
export function DoorPage(): ReactElement {
  useFar();
  const { site, room: id } = useParams({ from: "/signed-in/door/$site/$room" });
  const room = useRoom(`${site}/${id}`);
  const demos = useDemos();
  const hasData = useHasData();
  const feed = useFeedState();
  const now = useNow(10_000);
  useTitle(room?.name ?? "Door");
  if (room === undefined)
    return (
      <main>
        {hasData ? (
          <Blank icon={<IconMapOff size={20} />} title="There is no such room">
            No room is known as {site}/{id}. Check the address of this panel.
          </Blank>
        ) : (
          <Loading what="the room">
            <Bone height="100dvh" />
          </Loading>
        )}
      </main>
    );
  const words = doorWords(room, demos, now);
  return (
    <main className={styles["door"]} style={statusColours(words.status)} data-status={words.status}>
      <header className={styles["head"]}>
        <h1>
          {room.name} <span className={styles["floor"]}>{floorWords(room.floor)}</span>
        </h1>
        <time className={styles["clock"]}>{clockTime(now, room.zone)}</time>
      </header>
      <div className={styles["middle"]}>
        <p className={styles["word"]}>
          <StatusIcon status={words.status} />
          {words.word}
        </p>
        <p className={styles["sentence"]}>{words.sentence}</p>
        {words.nudge !== undefined && (
          <output className={styles["nudge"]}>
            {words.nudge.text}
            {words.nudge.until !== undefined && (
              <time className={styles["left"]} dateTime={new Date(words.nudge.until).toISOString()}>
                {durationWords(words.nudge.until - now)} left
              </time>
            )}
          </output>
        )}
        {words.mayReset && <ResetButton room={room} size="xl" />}
      </div>
      <footer className={styles["foot"]}>
        <span>{words.next}</span>
        <span className={styles["age"]}>{feed.state === "live" ? "Live" : feed.sentence}</span>
      </footer>
    </main>
  );
}
