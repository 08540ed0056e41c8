import { IconMoodSmile } from "@tabler/icons-react";
import { Fragment, type ReactElement, useCallback, useMemo, useRef, useState } from "react";
import type { ReplyInput } from "#contract/api/requests.ts";
import type { AlertView, DemoView, RoomView } from "#contract/api/views.ts";
import { Blank } from "../blank.tsx";
import { DailyListSection } from "./daily-list-section.tsx";
import { StandbyList } from "./standby-list.tsx";
import { isStandby, standbysOf } from "./standbys.ts";
import { UntoldList } from "./untold-list.tsx";
import { useHeld } from "./use-held.ts";
import { useKept } from "./use-kept.ts";
import { useSettledOrder } from "./use-settled-order.ts";
import { useWorkKeys } from "./use-work-keys.ts";
import { type Section, sectionWords, wantedOrder } from "./wanted-order.ts";
import { WorkLine } from "./work-line.tsx";
import styles from "./work-list.module.css";
import { WatchedList } from "./watched-list.tsx";

interface WorkListProps {
  alerts: readonly AlertView[];
  demos: readonly DemoView[];
  now: number;
  busy: string | undefined;
  onReply: (id: string, reply: ReplyInput) => void;
  onHelp: () => void;
  /** Visits at risk about which nobody has to act yet. */
  watched: readonly DemoView[];
  /** Rooms with something to mend that no visit needs soon. */
  daily: readonly RoomView[];
  /** What stands there when nothing is to be done. */
  empty: string;
}

/** The work of facilities by act-by. It never moves under a finger, and is worked through from the keyboard. */
export function WorkList(props: WorkListProps): ReactElement {
  const { alerts, demos, now, busy, watched, daily, onReply, onHelp, empty } = props;
  const area = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<string>();
  const isTouched = useHeld(area);
  const wanted = useMemo(() => wantedOrder(alerts), [alerts]);
  const { shown, fresh, release } = useSettledOrder(wanted, isTouched || open !== undefined);
  const kept = useKept(alerts, shown);
  const standbys = useMemo(() => standbysOf(alerts), [alerts]);
  const untold = useMemo(() => alerts.filter((alert) => !isStandby(alert)), [alerts]);
  const byDemo = useMemo(() => new Map(demos.map((demo) => [demo.id, demo])), [demos]);
  const ids = useMemo(() => shown.map((place) => place.id), [shown]);
  const toggle = useCallback((id: string) => setOpen((before) => (before === id ? undefined : id)), []);
  const current = useWorkKeys({ area, ids, onToggle: toggle, onReply, onHelp });

  return (
    <div className={styles["panel"]} ref={area}>
      <div className={styles["title"]}>
        <h2>
          Work
          <span className={styles["count"]}>{wanted.length}</span>
        </h2>
        <span className={styles["keys"]}>
          <kbd>j</kbd> <kbd>k</kbd> move, <kbd>?</kbd> keys
        </span>
      </div>
      <div aria-live="polite" className={styles["pill"]}>
        {fresh > 0 && (
          <button type="button" onClick={release}>
            {fresh} new
          </button>
        )}
      </div>
      {shown.length === 0 ? (
        <Blank compact icon={<IconMoodSmile size={22} />} title="Nothing to do now">
          {empty}
        </Blank>
      ) : (
        <ul aria-label="Work by act-by">
          {shown.map((place, index) => {
            const alert = kept.get(place.id);
            if (alert === undefined) return null;
            const isFirst = place.section !== shown[index - 1]?.section && place.section !== "visit";
            return (
              <Fragment key={place.id}>
                {isFirst && <li className={styles["section"]}>{sectionWords[place.section as Section]}</li>}
                <WorkLine
                  alert={alert}
                  demo={alert.demo === undefined ? undefined : byDemo.get(alert.demo)}
                  now={now}
                  isCurrent={place.id === current}
                  isOpen={place.id === open}
                  isBusy={place.id === busy}
                  isGone={!alerts.some((other) => other.id === place.id)}
                  onReply={onReply}
                  onToggle={toggle}
                />
              </Fragment>
            );
          })}
        </ul>
      )}
      <UntoldList alerts={untold} now={now} />
      <StandbyList alerts={standbys} demos={byDemo} />
      <WatchedList demos={watched} now={now} />
      <DailyListSection rooms={daily} demos={byDemo} now={now} />
    </div>
  );
}
