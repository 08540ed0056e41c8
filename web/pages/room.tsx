import { SegmentedControl } from "@mantine/core";
import { IconChevronLeft, IconClockPause, IconDeviceTablet, IconMapOff } from "@tabler/icons-react";
import { Link, useParams } from "@tanstack/react-router";
import { lazy, type ReactElement, Suspense, useState } from "react";
import type { DemoView, RoomDetail } from "#contract/api/views.ts";
import { Blank, Failed } from "../components/blank.tsx";
import { FlashValue } from "../components/flash-value.tsx";
import { Panel } from "../components/panel.tsx";
import { DeviceList } from "../components/room/device-list.tsx";
import { Happenings } from "../components/room/happenings.tsx";
import { NextVisits } from "../components/room/next-visits.tsx";
import { PastVerdict } from "../components/past/past-verdict.tsx";
import { ResetButton } from "../components/room/reset-button.tsx";
import { WhyTable } from "../components/room/why-table.tsx";
import { Bone, Loading } from "../components/skeleton.tsx";
import { StatusMark } from "../components/status-mark.tsx";
import { useRoomAlerts } from "../data/alerts.ts";
import { useMe } from "../data/me.ts";
import { ApiError } from "../data/http.ts";
import { useDemos, useRoom } from "../data/live/use-live.ts";
import { useNow } from "../data/now.ts";
import { readerZone } from "../data/reader-zone.ts";
import { useRoomDetail } from "../data/rooms.ts";
import { useTitle } from "../data/use-title.ts";
import { capabilityWords } from "../words/check-words.ts";
import { metricFigure, metricUnit } from "../words/metric-words.ts";
import { roomStatus } from "../words/status-words.ts";
import { lastSeenWords, whenWords, zoneNote } from "../words/time-words.ts";
import styles from "./room.module.css";
import { floorWords } from "../words/floor-words.ts";
import { CausesList } from "../components/room/causes-list.tsx";

const RoomHistory = lazy(() =>
  import("../components/charts/room-history.tsx").then((m) => ({ default: m.RoomHistory })),
);

/** One room: how it is, why, for whom, and what happened. */
export function RoomPage(): ReactElement {
  const { site, room } = useParams({ from: "/signed-in/frame/rooms/$site/$room" });
  const key = `${site}/${room}`;
  const detail = useRoomDetail(key);
  if (detail.data !== undefined) return <Room key={key} detail={detail.data} />;
  if (detail.error instanceof ApiError && detail.error.status === 404)
    return (
      <Blank icon={<IconMapOff size={20} />} title="There is no such room" action={<Link to="/rooms">All rooms</Link>}>
        No room is known as {key}. It may have been renamed.
      </Blank>
    );
  if (detail.isError) return <Failed what="This room" error={detail.error} onRetry={() => void detail.refetch()} />;
  return <RoomSkeleton />;
}

function Room({ detail }: { detail: RoomDetail }): ReactElement {
  const live = useRoom(detail.key);
  const room = { ...detail, ...live };
  const now = useNow(10_000);
  const alerts = useRoomAlerts(detail.key);
  const demos = useDemos()
    .filter((demo) => demo.room_key === detail.key && Date.parse(demo.end) > now)
    .toSorted((a, b) => (a.start < b.start ? -1 : 1));
  const role = useMe().data?.role;
  const isDesk = role === "facilities" || role === "admin";
  const isStaff = role !== undefined && role !== "viewer";
  useTitle(room.name);
  return (
    <>
      <Link to="/rooms" className={styles["back"]}>
        <IconChevronLeft size={16} aria-hidden="true" /> Rooms
      </Link>
      <Hero room={room} demos={demos} now={now} />
      <div className={styles["columns"]}>
        <div className={styles["column"]}>
          <div className={styles["why"]}>
            <Why detail={detail} demos={demos} now={now} />
          </div>
          <Suspense fallback={<Bone height="30rem" />}>
            <RoomHistory room={detail} alerts={alerts.data ?? noAlerts} now={now} />
          </Suspense>
          {isStaff && <PastVerdict roomKey={detail.key} zone={room.zone} now={now} />}
          <Panel title="What happened">
            {alerts.isError ? (
              <Failed what="The past of this room" error={alerts.error} />
            ) : (
              <Happenings alerts={alerts.data ?? noAlerts} now={now} zone={room.zone} />
            )}
          </Panel>
        </div>
        <div className={styles["column"]}>
          <div className={styles["next"]}>
            <Panel title="Next visits" flush>
              <NextVisits demos={demos} now={now} />
            </Panel>
          </div>
          {detail.findings.length > 0 && (
            <Panel title="Sensors that are not believed">
              <ul className={styles["findings"]}>
                {detail.findings.map((finding) => (
                  <li key={`${finding.device} ${finding.metric} ${finding.kind}`}>{finding.sentence}</li>
                ))}
              </ul>
            </Panel>
          )}
          <Panel title="Devices" flush>
            <DeviceList room={detail} now={now} isEditable={isDesk} />
          </Panel>
        </div>
      </div>
    </>
  );
}

const noAlerts: readonly never[] = [];

function Hero({ room, demos, now }: { room: RoomDetail; demos: readonly DemoView[]; now: number }): ReactElement {
  const role = useMe().data?.role;
  const isDesk = role === "facilities" || role === "admin";
  const mayReset = isDesk && demos.some((demo) => demo.needs.reset_visit === true);
  const status = roomStatus(room);
  const note = zoneNote(room.zone, readerZone(), now);
  const gear = room.capabilities.map((name) => capabilityWords[name as keyof typeof capabilityWords] ?? name);
  return (
    <>
      <div className={styles["hero"]}>
        <div>
          <h1>{room.name}</h1>
          <p className={styles["meta"]}>
            {[floorWords(room.floor), `${room.seats} seats`, ...gear, note === undefined ? "" : `times in ${note}`]
              .filter(Boolean)
              .join(" · ")}
          </p>
          <div className={styles["verdict"]}>
            <StatusMark status={status} shape="large" />
            <p className={styles["sentence"]}>{room.sentence}</p>
          </div>
        </div>
        <dl className={styles["figures"]}>
          <Figure name="Temperature" metric="temperature_c" value={room.temperature_c} />
          <Figure name="CO₂" metric="co2_ppm" value={room.co2_ppm} />
          {room.occupied !== undefined && (
            <div className={styles["figure"]}>
              <dt>Now</dt>
              <dd>{room.occupied ? "In use" : "Empty"}</dd>
            </div>
          )}
        </dl>
      </div>
      {room.nudge !== undefined && Date.parse(room.nudge.until) > now && (
        <p className={styles["note"]}>
          <IconDeviceTablet size={18} aria-hidden="true" />
          On its panel: {room.nudge.text}
        </p>
      )}
      {mayReset && (
        <div className={styles["reset"]}>
          <ResetButton room={room} size="sm" />
        </div>
      )}
      {room.currency !== "live" && (
        <p className={styles["note"]}>
          <IconClockPause size={18} aria-hidden="true" />
          {room.currency === "waiting"
            ? "This room has not been judged yet. Its verdict appears with its first readings."
            : `Nothing new of this room since ${lastSeenWords(room.at === undefined ? undefined : Date.parse(room.at), now, room.zone)}. What you see is the last that is known.`}
        </p>
      )}
    </>
  );
}

function Figure({
  name,
  metric,
  value,
}: {
  name: string;
  metric: string;
  value: number | undefined;
}): ReactElement | null {
  if (value === undefined) return null;
  return (
    <div className={styles["figure"]}>
      <dt>{name}</dt>
      <dd>
        <FlashValue value={metricFigure(metric, value)} /> <span className={styles["unit"]}>{metricUnit(metric)}</span>
      </dd>
    </div>
  );
}

/** The reasons: for the next visit where there is one, and for the room as it is now. */
function Why({ detail, demos, now }: { detail: RoomDetail; demos: readonly DemoView[]; now: number }): ReactElement {
  const judged = demos.filter((demo) => demo.readiness !== undefined).slice(0, 3);
  const [chosen, choose] = useState<string>();
  const value = chosen ?? judged[0]?.id ?? "now";
  const readiness = judged.find((demo) => demo.id === value)?.readiness;
  const verdict = readiness?.verdict ?? detail.verdict;
  return (
    <Panel
      title="Why"
      flush
      aside={
        judged.length > 0 && (
          <SegmentedControl
            size="xs"
            aria-label="For which visit"
            value={value}
            onChange={choose}
            data={[
              ...judged.map((demo) => ({
                value: demo.id,
                label: `${demo.account ?? demo.title} ${whenWords(Date.parse(demo.start), now, demo.zone)}`,
              })),
              { value: "now", label: "Right now" },
            ]}
          />
        )
      }
    >
      {verdict === undefined ? (
        <Blank compact icon={<IconClockPause size={20} />} title="Not judged yet">
          The reasons appear with the first verdict.
        </Blank>
      ) : (
        <>
          {readiness !== undefined && <CausesList readiness={readiness} now={now} zone={detail.zone} />}
          <WhyTable verdict={verdict} now={now} zone={detail.zone} />
        </>
      )}
    </Panel>
  );
}

function RoomSkeleton(): ReactElement {
  return (
    <Loading what="the room">
      <div className={styles["hero"]}>
        <div className={styles["column"]}>
          <Bone width="12rem" height="2.25rem" />
          <Bone width="28rem" height="1.5rem" />
        </div>
      </div>
      <div className={styles["columns"]}>
        <div className={styles["column"]}>
          <Bone height="30rem" />
          <Bone height="26rem" />
        </div>
        <div className={styles["column"]}>
          <Bone height="14rem" />
          <Bone height="22rem" />
        </div>
      </div>
    </Loading>
  );
}
