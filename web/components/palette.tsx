import { Modal } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent as ReactKeyboardEvent, type ReactElement, useId, useMemo, useState } from "react";
import { useDemos, useRooms } from "../data/live/use-live.ts";
import { useNow } from "../data/now.ts";
import { findHits, type Hit } from "./palette-hits.ts";
import styles from "./palette.module.css";
import { StatusMark } from "./status-mark.tsx";

/** Finds a room or a visit by any part of its name and goes there. */
export function Palette({ opened, onClose }: { opened: boolean; onClose: () => void }): ReactElement {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      withCloseButton={false}
      padding={0}
      size="lg"
      yOffset="12vh"
      centered={false}
      attributes={{ content: { "aria-label": "Search rooms and visits" } }}
    >
      <Search onClose={onClose} />
    </Modal>
  );
}

function Search({ onClose }: { onClose: () => void }): ReactElement {
  const rooms = useRooms();
  const demos = useDemos();
  const now = useNow(60_000);
  const navigate = useNavigate();
  const listId = useId();
  const [text, setText] = useState("");
  const [index, setIndex] = useState(0);
  const hits = useMemo(() => findHits({ text, rooms, demos, now }), [text, rooms, demos, now]);
  const chosen = Math.min(index, hits.length - 1);

  const go = (hit: Hit | undefined): void => {
    if (hit === undefined) return;
    onClose();
    const [site = "", room = ""] = hit.roomKey.split("/");
    void navigate({ to: "/rooms/$site/$room", params: { site, room } });
  };
  const onKeyDown = (event: ReactKeyboardEvent): void => {
    if (event.key === "ArrowDown") setIndex(Math.min(chosen + 1, hits.length - 1));
    else if (event.key === "ArrowUp") setIndex(Math.max(chosen - 1, 0));
    else if (event.key === "Enter") go(hits[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        className={styles["input"]}
        data-autofocus
        role="combobox"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={hits[chosen] === undefined ? undefined : `${listId}-${chosen}`}
        aria-label="Search rooms and visits"
        placeholder="Room, floor or client"
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setIndex(0);
        }}
        onKeyDown={onKeyDown}
      />
      {/* A list of a combobox: a native select could not show signs and details. */}
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role */}
      <div className={styles["hits"]} role="listbox" id={listId} aria-label="Found">
        {hits.map((hit, at) => (
          <div
            key={hit.id}
            id={`${listId}-${at}`}
            // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
            role="option"
            tabIndex={-1}
            aria-selected={at === chosen}
            className={styles["hit"]}
            onPointerMove={() => setIndex(at)}
            onClick={() => go(hit)}
            onKeyDown={onKeyDown}
          >
            <span className={styles["title"]}>{hit.title}</span>
            <span className={styles["detail"]}>{hit.detail}</span>
            <span className={styles["mark"]}>
              <StatusMark status={hit.status} />
            </span>
          </div>
        ))}
      </div>
      {hits.length === 0 && <p className={styles["none"]}>No room or visit is called that. Try a part of the name.</p>}
    </>
  );
}
