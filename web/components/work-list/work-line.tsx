import { Button } from "@mantine/core";
import { IconArrowRight, IconChevronDown, IconUserCheck } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { memo, type ReactElement, useId } from "react";
import type { AlertView, DemoView } from "#contract/api/views.ts";
import type { ReplyInput } from "#contract/api/requests.ts";
import { clockTime, relativeWords, whenWords, dayWords } from "../../words/time-words.ts";
import { alternativesOf } from "../move/alternatives-of.ts";
import { MoveButton } from "../move/move-button.tsx";
import { AlertEvidence } from "./alert-evidence.tsx";
import { AssignMenu } from "./assign-menu.tsx";
import { DoneMenu } from "./done-menu.tsx";
import { SnoozeMenu } from "./snooze-menu.tsx";
import styles from "./work-line.module.css";
import { floorShort } from "../../words/floor-words.ts";

interface WorkLineProps {
  alert: AlertView;
  demo: DemoView | undefined;
  now: number;
  isCurrent: boolean;
  isOpen: boolean;
  /** A reply is on its way. */
  isBusy: boolean;
  /** It has left the feed, and keeps its place only until the list is let go. */
  isGone?: boolean;
  onReply: (id: string, reply: ReplyInput) => void;
  onToggle: (id: string) => void;
}

/** One piece of work: by when, where, what is wrong, what to do about it; opens to its evidence in place. */
export const WorkLine = memo(function WorkLine(props: WorkLineProps): ReactElement {
  const { alert, demo, now, isCurrent, isOpen, isBusy, isGone, onReply, onToggle } = props;
  const titleId = useId();
  const elsewhere = demo === undefined || Date.parse(alert.act_by) > now ? undefined : alternativesOf(demo, [alert])[0];
  const isDone = isGone === true || alert.status === "resolved";
  return (
    <li
      className={styles["line"]}
      data-current={isCurrent ? "" : undefined}
      data-done={isDone ? "" : undefined}
      data-line={alert.id}
      aria-labelledby={titleId}
    >
      <When alert={alert} now={now} />
      <div className={styles["body"]}>
        <div className={styles["head"]} id={titleId}>
          <Link
            to="/rooms/$site/$room"
            params={{ site: alert.room_key.split("/")[0] ?? "", room: alert.room_key.split("/")[1] ?? "" }}
            className={styles["room"]}
          >
            {alert.room_name}
          </Link>
          <span className={styles["floor"]}>{floorShort(alert.floor)}</span>
          {alert.rooms.length > 1 && <span className={styles["floor"]}>and {alert.rooms.length - 1} more rooms</span>}
          {alert.arrival !== undefined && (
            <span className={styles["visit"]}>
              {demo?.account ?? alert.demo_title} {clockTime(Date.parse(alert.arrival), alert.zone)}
            </span>
          )}
        </div>
        <p className={styles["sentence"]}>{alert.sentence}</p>
        <Remedy alert={alert} now={now} />
        {isDone ? (
          <p className={styles["doing"]}>
            <IconUserCheck size={16} aria-hidden="true" /> Done; it leaves the list when you do.
          </p>
        ) : (
          <>
            <Doing alert={alert} demo={demo} now={now} />
            <div className={styles["actions"]}>
              {demo !== undefined && elsewhere !== undefined && <MoveButton demo={demo} to={elsewhere} />}
              {isTaken(alert) ? (
                <DoneMenu alert={alert} isBusy={isBusy} onReply={onReply} />
              ) : (
                <Button
                  size="compact-sm"
                  variant={alert.priority === 1 && elsewhere === undefined ? "filled" : "default"}
                  loading={isBusy}
                  onClick={() => onReply(alert.id, { reply: "acknowledge" })}
                >
                  Take it
                </Button>
              )}
              <AssignMenu alert={alert} isBusy={isBusy} onReply={onReply} />
              <SnoozeMenu alert={alert} now={now} isBusy={isBusy} onReply={onReply} />
              <Button
                size="compact-sm"
                variant="subtle"
                color="gray"
                aria-expanded={isOpen}
                data-why={alert.id}
                rightSection={
                  <IconChevronDown
                    size={14}
                    style={{ transform: isOpen ? "rotate(180deg)" : "none" }}
                    aria-hidden="true"
                  />
                }
                onClick={() => onToggle(alert.id)}
              >
                Why?
              </Button>
            </div>
          </>
        )}
      </div>
      {isOpen && (
        <div className={styles["more"]}>
          <AlertEvidence alert={alert} demo={demo} now={now} onReply={onReply} />
        </div>
      )}
    </li>
  );
});

function When({ alert, now }: { alert: AlertView; now: number }): ReactElement {
  const at = Date.parse(alert.act_by);
  const isToday = dayWords(at, now, alert.zone) === "today";
  if (alert.demo === undefined && !isToday)
    return (
      <div className={styles["when"]} data-priority="3">
        <span className={styles["left"]}>{whenWords(at, now, alert.zone)}</span>
      </div>
    );
  return (
    <div className={styles["when"]} data-priority={alert.priority}>
      <time className={styles["time"]} dateTime={alert.act_by}>
        <span className="visually-hidden">act by </span>
        {clockTime(at, alert.zone)}
      </time>
      <span className={styles["left"]}>{at < now ? `passed ${relativeWords(at, now)}` : relativeWords(at, now)}</span>
    </div>
  );
}

/** The next remedy that can still be in time, and how long it takes. */
function Remedy({ alert, now }: { alert: AlertView; now: number }): ReactElement | null {
  const step = alert.steps.find((s) => Date.parse(s.act_by) > now) ?? alert.steps.at(-1);
  if (step === undefined) return null;
  return (
    <p className={styles["remedy"]}>
      <IconArrowRight size={16} aria-hidden="true" />
      <span>
        {step.label} <span className={styles["takes"]}>· takes about {Math.round(step.p50_min)} min</span>
      </span>
    </p>
  );
}

/** Somebody said that it is theirs, or it was given to somebody. */
const isTaken = (alert: AlertView): boolean => alert.assignee !== undefined || alert.status === "acknowledged";

/** Who is on it, in words. */
function doingWords(alert: AlertView, demo: DemoView | undefined, now: number): string | undefined {
  if (alert.status === "snoozed" && alert.snoozed_until !== undefined)
    return `Snoozed until ${whenWords(Date.parse(alert.snoozed_until), now, alert.zone)}`;
  if (!isTaken(alert)) return undefined;
  const taken = alert.history.findLast((event) => event.event === "acknowledged" || event.event === "assigned");
  const who = alert.assignee ?? taken?.by;
  if (who === undefined) return demo?.being_done;
  return taken === undefined
    ? `${who} is on it`
    : `${who} took it at ${whenWords(Date.parse(taken.at), now, alert.zone)}`;
}

function Doing({
  alert,
  demo,
  now,
}: {
  alert: AlertView;
  demo: DemoView | undefined;
  now: number;
}): ReactElement | null {
  const words = doingWords(alert, demo, now);
  if (words === undefined) return null;
  return (
    <p className={styles["doing"]}>
      <IconUserCheck size={16} aria-hidden="true" /> {words}
    </p>
  );
}
