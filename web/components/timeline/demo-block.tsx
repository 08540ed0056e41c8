import { Button, Popover } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type CSSProperties, type ReactElement, useState } from "react";
import type { DemoView } from "#contract/api/views.ts";
import { actByWords, spanOfDay } from "../../words/time-words.ts";
import { statusWords } from "../../words/status-words.ts";
import { Forecast } from "../forecast.tsx";
import { statusColours } from "../status-colours.ts";
import { StatusIcon } from "../status-icon.tsx";
import { StatusMark } from "../status-mark.tsx";
import type { LabelPlace } from "./label-place.ts";
import styles from "./timeline.module.css";
import { floorInside } from "../../words/floor-words.ts";
import { withoutActBy } from "../../words/sentence-words.ts";

interface DemoBlockProps {
  demo: DemoView;
  now: number;
  style: CSSProperties;
  label: LabelPlace;
}

/** A visit on the timeline. Pressed, it says how it stands, what is forecast and who is on it. */
export function DemoBlock({ demo, now, style, label }: DemoBlockProps): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const name = demo.account ?? demo.title;
  const span = spanOfDay(Date.parse(demo.start), Date.parse(demo.end), demo.zone);
  const [site = "", room = ""] = demo.room_key.split("/");
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom" withArrow trapFocus returnFocus shadow="md">
      <Popover.Target>
        <button
          type="button"
          className={styles["block"]}
          style={{ ...style, ...statusColours(demo.status) }}
          data-demo={demo.id}
          data-label={label}
          data-past={Date.parse(demo.end) < now ? "" : undefined}
          aria-label={`${name}, ${demo.room_name}, ${span}: ${statusWords[demo.status]}`}
          onClick={() => setOpen((before) => !before)}
        >
          <StatusIcon status={demo.status} size={13} />
          <span className={styles["label"]}>{name}</span>
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={`${name} in ${demo.room_name}`}>
        <div className={styles["card"]}>
          <StatusMark status={demo.status} />
          <div>
            <p className={styles["cardTitle"]}>{name}</p>
            <p className={styles["cardMeta"]}>
              {demo.room_name}, {floorInside(demo.floor)} · {span}
            </p>
          </div>
          <p>{withoutActBy(demo.sentence)}</p>
          {demo.readiness !== undefined && <Forecast p={demo.readiness.p_ready} basis={demo.readiness.basis} />}
          {demo.readiness?.act_by !== undefined && (
            <p className={styles["cardMeta"]}>{actByWords(Date.parse(demo.readiness.act_by), now, demo.zone)}</p>
          )}
          {demo.being_done !== undefined && <p className={styles["cardMeta"]}>{demo.being_done}</p>}
          <Button component={Link} to="/rooms/$site/$room" params={{ site, room } as never} size="xs" variant="default">
            Open the room
          </Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
