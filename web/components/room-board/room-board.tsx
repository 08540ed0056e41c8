import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, type ReactElement, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { RoomView } from "#contract/api/views.ts";
import { type BoardRow, boardRows } from "./board-rows.ts";
import styles from "./room-board.module.css";
import { LiveRoomTile } from "./room-tile.tsx";
import { floorWords } from "../../words/floor-words.ts";

/** Above this only what can be seen is in the page. */
const VIRTUAL_FROM = 100;
const NARROWEST_TILE_PX = 250;
const TILE_ROW_PX = 164;
const FLOOR_ROW_PX = 48;

/** Rooms by floor. It draws itself anew only when rooms come, go or are filtered; each tile follows the feed alone. */
export function RoomBoard({ rooms }: { rooms: readonly RoomView[] }): ReactElement {
  const holder = useRef<HTMLDivElement>(null);
  const columns = useColumns(holder);
  const keys = rooms.map((room) => `${room.key} ${room.floor} ${room.name}`).join("\n");
  // oxlint-disable-next-line react/exhaustive-deps -- what a tile shows is its own business; here only who is there counts
  const rows = useMemo(() => boardRows(rooms, columns), [keys, columns]);
  return (
    <div ref={holder} className={styles["board"]} style={{ "--columns": columns } as CSSProperties}>
      {rooms.length > VIRTUAL_FROM ? <VirtualRows rows={rows} /> : rows.map((row) => <Row key={row.key} row={row} />)}
    </div>
  );
}

function useColumns(holder: { current: HTMLDivElement | null }): number {
  const [columns, setColumns] = useState(4);
  useLayoutEffect(() => {
    const element = holder.current;
    if (element === null) return undefined;
    const measure = (): void =>
      setColumns(Math.max(1, Math.floor((element.clientWidth + 12) / (NARROWEST_TILE_PX + 12))));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [holder]);
  return columns;
}

function Row({ row }: { row: BoardRow }): ReactElement {
  if (row.kind === "floor")
    return (
      <h2 className={styles["floor"]}>
        {floorWords(row.floor)} <span>{row.count === 1 ? "1 room" : `${row.count} rooms`}</span>
      </h2>
    );
  return (
    <div className={styles["row"]}>
      {row.rooms.map((key) => (
        <LiveRoomTile key={key} roomKey={key} />
      ))}
    </div>
  );
}

function VirtualRows({ rows }: { rows: readonly BoardRow[] }): ReactElement {
  const holder = useRef<HTMLDivElement>(null);
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => {
    if (holder.current !== null) setOffset(holder.current.getBoundingClientRect().top + scrollY);
  }, []);
  // oxlint-disable-next-line react/incompatible-library -- its values stay in this component, which is not compiled
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: (index) => (rows[index]?.kind === "floor" ? FLOOR_ROW_PX : TILE_ROW_PX),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 4,
    scrollMargin: offset,
  });
  return (
    <div ref={holder} style={{ height: virtual.getTotalSize(), position: "relative" }}>
      {virtual.getVirtualItems().map((item) => {
        const row = rows[item.index];
        return row === undefined ? null : (
          <div
            key={item.key}
            className={styles["placed"]}
            style={{ transform: `translateY(${item.start - offset}px)` }}
          >
            <Row row={row} />
          </div>
        );
      })}
    </div>
  );
}
