import { type ReactElement, useEffect, useState } from "react";
import type { DemoView } from "#contract/api/views.ts";
import { DaySummary } from "../components/day-summary.tsx";
import { Bone, Loading } from "../components/skeleton.tsx";
import { statusColours } from "../components/status-colours.ts";
import { StatusMark } from "../components/status-mark.tsx";
import { useDemos, useFeedAt, useHasData, useRooms } from "../data/live/use-live.ts";
import { useFeedState } from "../data/live/use-feed-state.ts";
import { useNow } from "../data/now.ts";
import { readerZone } from "../data/reader-zone.ts";
import { useTitle } from "../data/use-title.ts";
import { useFar } from "../design/use-far.ts";
import { actByWords, clockTime, lastSeenWords, longDay } from "../words/time-words.ts";
import { isLoud, wallRows } from "./wall-rows.ts";
import styles from "./wall.module.css";
import { floorShort } from "../words/floor-words.ts";
import { withoutActBy } from "../words/sentence-words.ts";

const ROW_REM = 3.75;
const FRAME_REM = 6.3;

/** Today's visits for a screen on the wall: readable from four metres, and only what is at risk is loud. */
export function WallPage(): ReactElement {
  useFar();
  useTitle("Wall");
  const hasData = useHasData();
  const demos = useDemos();
  const zone = useRooms()[0]?.zone ?? readerZone();
  const now = useNow(1_000);
  const most = useFittingRows();
  const { rows, more } = wallRows(demos, now, most);
  return (
    <main className={styles["wall"]}>
      <header className={styles["head"]}>
        <div>
          <h1>{longDay(now, zone)}</h1>
          <div className={styles["summary"]}>
            <DaySummary demos={demos} now={now} />
          </div>
        </div>
        <time className={styles["clock"]}>{clockTime(now, zone)}</time>
      </header>
      {!hasData && (
        <Loading what="today's visits">
          <Bone height="60vh" />
        </Loading>
      )}
      {hasData && rows.length === 0 && <p className={styles["none"]}>No more visits today.</p>}
      {rows.length > 0 && (
        <ul className={styles["rows"]} aria-label="Today's visits">
          {rows.map((demo) => (
            <WallRow key={demo.id} demo={demo} now={now} />
          ))}
        </ul>
      )}
      <WallFoot more={more} now={now} zone={zone} />
    </main>
  );
}

function WallRow({ demo, now }: { demo: DemoView; now: number }): ReactElement {
  const loud = isLoud(demo);
  const actBy = demo.readiness?.act_by === undefined ? undefined : Date.parse(demo.readiness.act_by);
  const isRunning = Date.parse(demo.start) <= now;
  return (
    <li
      className={styles["row"]}
      style={statusColours(demo.status)}
      data-loud={loud ? "" : undefined}
      data-demo={demo.id}
    >
      <time className={styles["time"]} dateTime={demo.start}>
        {clockTime(Date.parse(demo.start), demo.zone)}
      </time>
      <span className={styles["room"]}>
        {demo.room_name} <span>{floorShort(demo.floor)}</span>
      </span>
      <span className={styles["mark"]}>
        <StatusMark status={demo.status} />
      </span>
      <span className={styles["sentence"]}>
        {loud ? (
          <>
            {actBy !== undefined && actBy > now && (
              <span className={styles["act"]}>{capital(actByWords(actBy, now, demo.zone))}. </span>
            )}
            {demo.being_done === undefined
              ? withoutActBy(demo.sentence)
              : `${demo.being_done}. ${withoutActBy(demo.sentence)}`}
          </>
        ) : (
          <span className={styles["quiet"]}>
            {isRunning ? `Running until ${clockTime(Date.parse(demo.end), demo.zone)}. ` : ""}
            {demo.status === "ready" ? "" : demo.sentence}
          </span>
        )}
      </span>
    </li>
  );
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function WallFoot({ more, now, zone }: { more: number; now: number; zone: string }): ReactElement {
  const feed = useFeedState();
  const at = useFeedAt();
  const age = lastSeenWords(at === undefined ? undefined : Date.parse(at), now, zone);
  return (
    <footer className={styles["foot"]} data-state={feed.state} data-testid="wall-foot">
      <span>{feed.state === "live" ? `Live; last word from the building ${age}` : feed.sentence}</span>
      <span>{more === 0 ? "Greenroom" : `and ${more} more today, on track`}</span>
    </footer>
  );
}

/** How many rows fit between the header and the foot. */
function useFittingRows(): number {
  const [most, setMost] = useState(8);
  useEffect(() => {
    const measure = (): void => {
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      setMost(innerWidth < 768 ? 50 : Math.max(3, Math.floor((innerHeight / rem - FRAME_REM) / ROW_REM)));
    };
    measure();
    addEventListener("resize", measure);
    return () => removeEventListener("resize", measure);
  }, []);
  return most;
}
