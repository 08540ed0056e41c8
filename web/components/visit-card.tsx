import { Button } from "@mantine/core";
import { IconUserCheck } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { DemoView } from "#contract/api/views.ts";
import { useAlerts, useRoom } from "../data/live/use-live.ts";
import { promiseSearchOf } from "../pages/promise-search.ts";
import { untakenWords } from "../words/doing-words.ts";
import { needsWords } from "../words/needs-words.ts";
import { clockTime, dayWords, durationWords, relativeWords, spanOfDay } from "../words/time-words.ts";
import { Forecast } from "./forecast.tsx";
import { Alternatives } from "./move/alternatives.tsx";
import { alternativesOf } from "./move/alternatives-of.ts";
import { NeedsButton } from "./needs/needs-button.tsx";
import { StatusMark } from "./status-mark.tsx";
import styles from "./visit-card.module.css";
import { floorInside } from "../words/floor-words.ts";
import { withoutActBy } from "../words/sentence-words.ts";
import { DemoMark, isEarly } from "./demo-mark.tsx";

interface VisitProps {
  demo: DemoView;
  now: number;
}

/** What is said of a visit that is not simply fine: why, until when somebody can act, and who does. */
function Doing({ demo, now }: VisitProps): ReactElement {
  const untaken = untakenWords(demo, now);
  return (
    <>
      {demo.being_done !== undefined && (
        <p className={styles["doing"]}>
          <IconUserCheck size={16} aria-hidden="true" /> {demo.being_done}
        </p>
      )}
      {untaken !== undefined && <p className={styles["meta"]}>{untaken}</p>}
    </>
  );
}

/** Plan B, where there is one: rooms that will do, and one press to take one. */
function Elsewhere({ demo, now }: VisitProps): ReactElement | null {
  const alternatives = alternativesOf(demo, useAlerts());
  if (alternatives.length === 0 || Date.parse(demo.end) <= now) return null;
  return (
    <section className={styles["elsewhere"]} aria-label="Other rooms for this visit">
      <p className={styles["elsewhereTitle"]}>
        {demo.status === "too_late"
          ? "It cannot be ready in time any more. These rooms can:"
          : "If you would rather not wait:"}
      </p>
      <Alternatives demo={demo} alternatives={alternatives} now={now} most={2} />
    </section>
  );
}

/** Where a visit was planned, when somebody has moved it. */
function MovedFrom({ demo }: { demo: DemoView }): ReactElement | null {
  const from = useRoom(demo.moved_from ?? "");
  if (demo.moved_from === undefined) return null;
  return <p className={styles["meta"]}>Moved here from {from?.name ?? demo.moved_from}.</p>;
}

function Actions({ demo, size }: { demo: DemoView; size: "sm" | "compact-sm" }): ReactElement {
  const [site = "", room = ""] = demo.room_key.split("/");
  return (
    <>
      {demo.status !== "ready" && (
        <Button component={Link} to="/promise" search={promiseSearchOf(demo) as never} size={size} variant="default">
          Other rooms
        </Button>
      )}
      <Button component={Link} to="/rooms/$site/$room" params={{ site, room } as never} size={size} variant="default">
        {demo.room_name} in detail
      </Button>
    </>
  );
}

/** The visit that comes next, large, with the time that is left. */
export function NextVisitCard({ demo, now }: VisitProps): ReactElement {
  const arrival = Date.parse(demo.arrival);
  const day = dayWords(arrival, now, demo.zone);
  return (
    <article className={styles["next"]} aria-label={`Next visit: ${demo.account ?? demo.title}`} data-demo={demo.id}>
      <div>
        <h2>{demo.account ?? demo.title}</h2>
        <p className={styles["where"]}>
          {demo.room_name}, {floorInside(demo.floor)} · {day}{" "}
          {spanOfDay(Date.parse(demo.start), Date.parse(demo.end), demo.zone)}
        </p>
        <MovedFrom demo={demo} />
        <div className={styles["verdict"]}>
          <StatusMark status={demo.status} shape="large" />
          <p className={styles["big"]}>{withoutActBy(demo.sentence)}</p>
          {demo.readiness !== undefined && <Forecast p={demo.readiness.p_ready} basis={demo.readiness.basis} />}
          <Doing demo={demo} now={now} />
        </div>
        <Elsewhere demo={demo} now={now} />
        <div className={styles["actions"]}>
          <Actions demo={demo} size="sm" />
          <NeedsButton demo={demo} size="sm" variant="default" />
        </div>
      </div>
      <p className={styles["count"]}>
        <span>{arrival > now ? "arrives in" : "arrived"}</span>
        <strong>{arrival > now ? durationWords(arrival - now) : relativeWords(arrival, now)}</strong>
      </p>
    </article>
  );
}

/** A later visit in a line or two. */
export function VisitCard({ demo, now }: VisitProps): ReactElement {
  const start = Date.parse(demo.start);
  return (
    <article className={styles["card"]} aria-label={demo.account ?? demo.title} data-demo={demo.id}>
      <p className={styles["time"]}>
        <time dateTime={demo.start}>{clockTime(start, demo.zone)}</time>
        <span className={styles["until"]}>to {clockTime(Date.parse(demo.end), demo.zone)}</span>
      </p>
      <div className={styles["main"]}>
        <h3 className={styles["name"]}>{demo.account ?? demo.title}</h3>
        <p className={styles["meta"]}>
          {demo.room_name}, {floorInside(demo.floor)} · {needsWords(demo.needs)}{" "}
          <NeedsButton demo={demo} size="compact-xs" variant="subtle" />
        </p>
        <MovedFrom demo={demo} />
        {demo.status !== "ready" && !isEarly(demo, now) && (
          <>
            <p className={styles["sentence"]}>{withoutActBy(demo.sentence)}</p>
            <Doing demo={demo} now={now} />
            <Elsewhere demo={demo} now={now} />
            <div className={styles["actions"]}>
              <Actions demo={demo} size="compact-sm" />
            </div>
          </>
        )}
      </div>
      <div className={styles["side"]}>
        <DemoMark demo={demo} now={now} />
        {demo.readiness !== undefined && <Forecast p={demo.readiness.p_ready} basis={demo.readiness.basis} />}
      </div>
    </article>
  );
}
