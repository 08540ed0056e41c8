import { Link } from "@tanstack/react-router";
import { type CSSProperties, memo, type ReactElement, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { DemoView, RoomView } from "#contract/api/views.ts";
import type { MaintenanceWindow } from "#contract/messages/room.ts";
import { readerZone } from "../../data/reader-zone.ts";
import { actByWords, clockTime, daysBetween, zoneNote } from "../../words/time-words.ts";
import { StatusIcon } from "../status-icon.tsx";
import { DemoBlock } from "./demo-block.tsx";
import { type LabelPlace, labelPlace } from "./label-place.ts";
import { placeOn, type TimelineSpan, timelineSpan } from "./timeline-span.ts";
import styles from "./timeline.module.css";
import { floorShort } from "../../words/floor-words.ts";

interface TimelineProps {
  rooms: readonly RoomView[];
  demos: readonly DemoView[];
  /** Windows of today, by room key; a window that is open now comes with its room as well. */
  windows: readonly (MaintenanceWindow & { room: string })[];
  now: number;
}

const percent = (place: number): string => `${(place * 100).toFixed(3)}%`;

interface Row {
  room: RoomView;
  demos: DemoView[];
  windows: MaintenanceWindow[];
}

/** The rooms of today's visits against the hours: what is planned, how it stands, and until when somebody must act. */
export function Timeline({ rooms, demos, windows, now }: TimelineProps): ReactElement {
  const zone = demos[0]?.zone ?? rooms[0]?.zone ?? "UTC";
  const rows = useMemo(() => rowsOf({ rooms, demos, windows, now }), [rooms, demos, windows, now]);
  const span = useMemo(
    () =>
      timelineSpan(
        now,
        zone,
        rows.flatMap((row) => [...row.demos, ...row.windows]),
      ),
    [now, zone, rows],
  );
  const note = zoneNote(zone, readerZone(), now);
  const rest = rooms.length - rows.length;
  const track = useRef<HTMLDivElement>(null);
  const trackPx = useWidth(track);
  return (
    <section className={styles["panel"]} aria-label="Rooms and hours">
      <div className={styles["scroll"]}>
        <div className={styles["grid"]}>
          <div className={styles["head"]}>
            <h2>Rooms</h2>
            <div className={styles["hours"]} ref={track} aria-hidden="true">
              {span.hours
                .filter((hour) => Math.abs(hour.at - now) > 45 * 60_000)
                .map((hour) => (
                  <span key={hour.at} className={styles["hour"]} style={{ left: percent(hour.place) }}>
                    {clockTime(hour.at, zone).slice(0, 2)}
                  </span>
                ))}
              <span className={styles["nowLabel"]} style={{ left: percent(placeOn(span, now)) }}>
                {clockTime(now, zone)}
              </span>
            </div>
          </div>
          {rows.map((row) => (
            <TimelineRow key={row.room.key} row={row} span={span} now={now} trackPx={trackPx} />
          ))}
        </div>
      </div>
      <div className={styles["foot"]}>
        <span>
          {rest === 0 ? "Every room has a visit today." : `${rest} more rooms without a visit today.`}
          {note !== undefined && ` Hours are ${note}.`}
        </span>
        <span className={styles["key"]}>
          <span className={styles["marker"]} /> act-by
        </span>
      </div>
    </section>
  );
}

function useWidth(element: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const one = element.current;
    if (one === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(one.clientWidth));
    observer.observe(one);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

function rowsOf({ rooms, demos, windows, now }: TimelineProps): Row[] {
  const rows = new Map<string, Row>();
  const byKey = new Map(rooms.map((room) => [room.key, room]));
  const rowOf = (key: string): Row | undefined => {
    const room = byKey.get(key);
    if (room === undefined) return undefined;
    const row = rows.get(key) ?? { room, demos: [], windows: [] };
    rows.set(key, row);
    return row;
  };
  for (const demo of demos)
    if (daysBetween(now, Date.parse(demo.start), demo.zone) === 0) rowOf(demo.room_key)?.demos.push(demo);
  for (const window of windows) {
    const zone = byKey.get(window.room)?.zone ?? "UTC";
    const isToday =
      daysBetween(now, Date.parse(window.start), zone) <= 0 && daysBetween(now, Date.parse(window.end) - 1, zone) >= 0;
    if (isToday) rowOf(window.room)?.windows.push(window);
  }
  for (const room of rooms) {
    const open = room.maintenance;
    const row = open === undefined ? undefined : rowOf(room.key);
    if (open !== undefined && row !== undefined && !row.windows.some((w) => w.id === open.id)) row.windows.push(open);
  }
  const firstOf = (row: Row): string => row.demos.map((d) => d.start).toSorted()[0] ?? "9";
  return [...rows.values()].toSorted((a, b) =>
    firstOf(a) < firstOf(b) ? -1 : firstOf(a) > firstOf(b) ? 1 : a.room.name.localeCompare(b.room.name),
  );
}

interface TimelineRowProps {
  row: Row;
  span: TimelineSpan;
  now: number;
  trackPx: number;
}

/** Whether the name fits into the block, or may stand after it without running into what comes next. */
function placeOfLabel({ demo, row, span, trackPx }: Omit<TimelineRowProps, "now"> & { demo: DemoView }): LabelPlace {
  const end = Date.parse(demo.end);
  const later = [...row.demos, ...row.windows].map((thing) => Date.parse(thing.start)).filter((start) => start >= end);
  const until = Math.min(span.to, ...later);
  const px = (from: number, to: number): number => (placeOn(span, to) - placeOn(span, from)) * trackPx;
  return labelPlace(demo.account ?? demo.title, px(Date.parse(demo.start), end), px(end, until));
}

const TimelineRow = memo(function TimelineRow({ row, span, now, trackPx }: TimelineRowProps): ReactElement {
  const { room } = row;
  return (
    <div className={styles["row"]}>
      <Link to="/rooms/$site/$room" params={{ site: room.site, room: room.room }} className={styles["name"]}>
        <span>{room.name}</span>
        <span className={styles["floor"]}>{floorShort(room.floor)}</span>
      </Link>
      <div className={styles["track"]}>
        {span.hours.map((hour) => (
          <span key={hour.at} className={styles["line"]} style={{ left: percent(hour.place) }} />
        ))}
        {row.windows.map((window) => (
          <span key={window.id} className={styles["closed"]} style={extent(span, window)} title={window.reason}>
            <StatusIcon status="maintenance" size={13} />
            <span className={styles["label"]}>{window.reason}</span>
          </span>
        ))}
        {row.demos.map((demo) => (
          <DemoBlock
            key={demo.id}
            demo={demo}
            now={now}
            style={extent(span, demo)}
            label={placeOfLabel({ demo, row, span, trackPx })}
          />
        ))}
        {row.demos.map((demo) => {
          const actBy = demo.readiness?.act_by;
          if (actBy === undefined || Date.parse(demo.arrival) < now) return null;
          const at = Date.parse(actBy);
          return (
            <span
              key={`${demo.id} act-by`}
              className={styles["actBy"]}
              data-passed={at < now ? "" : undefined}
              style={{ left: percent(placeOn(span, at)) }}
              title={actByWords(at, now, demo.zone)}
            />
          );
        })}
        <span className={styles["now"]} style={{ left: percent(placeOn(span, now)) }} />
      </div>
    </div>
  );
});

const extent = (span: TimelineSpan, { start, end }: { start: string; end: string }): CSSProperties => {
  const left = placeOn(span, Date.parse(start));
  return { left: percent(left), width: percent(placeOn(span, Date.parse(end)) - left) };
};
