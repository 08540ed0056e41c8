import { Modal, SegmentedControl } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type ReactElement, useCallback, useState } from "react";
import type { ReplyInput } from "#contract/api/requests.ts";
import type { DemoView } from "#contract/api/views.ts";
import { DaySummary, NextVisit } from "../components/day-summary.tsx";
import { ForRoles } from "../components/for-roles.tsx";
import { PageTitle } from "../components/page-title.tsx";
import { Timeline } from "../components/timeline/timeline.tsx";
import { TodaySkeleton } from "../components/today-skeleton.tsx";
import { dailyList } from "../components/work-list/daily-list.ts";
import { wantedOrder } from "../components/work-list/wanted-order.ts";
import { WorkList } from "../components/work-list/work-list.tsx";
import { useReply } from "../data/alerts.ts";
import { refusalOf } from "../data/http.ts";
import { useAlerts, useDemos, useHasData, useRooms } from "../data/live/use-live.ts";
import { useMaintenance } from "../data/maintenance.ts";
import { useNow } from "../data/now.ts";
import { foundWords } from "../words/found-words.ts";
import { clockTime, longDay } from "../words/time-words.ts";
import styles from "./today.module.css";
import { watchedVisits } from "../components/work-list/watched-visits.ts";

/** What must facilities do today, by when, for whom? */
export function TodayPage(): ReactElement {
  return (
    <ForRoles roles={["facilities", "admin"]} page="Today" needs="facilities">
      <Today />
    </ForRoles>
  );
}

function Today(): ReactElement {
  const hasData = useHasData();
  const alerts = useAlerts();
  const demos = useDemos();
  const rooms = useRooms();
  const now = useNow(10_000);
  const [tab, setTab] = useState("work");
  const [isHelping, setHelping] = useState(false);
  const { answer, busy } = useAnswer();
  const windows = useMaintenance().data ?? [];
  const zone = rooms[0]?.zone ?? "UTC";
  const help = useCallback(() => setHelping(true), []);

  if (!hasData) return <TodaySkeleton />;
  const watched = watchedVisits(demos, alerts, now);
  const next = demos
    .filter((demo) => Date.parse(demo.arrival) > now)
    .toSorted((a, b) => (a.arrival < b.arrival ? -1 : 1))[0];
  return (
    <>
      <PageTitle title={longDay(now, zone)} lede={<DaySummary demos={demos} now={now} />}>
        <NextVisit demos={demos} now={now} />
      </PageTitle>
      <div className={styles["tabs"]}>
        <SegmentedControl
          fullWidth
          aria-label="What to show"
          value={tab}
          onChange={setTab}
          data={[
            { value: "work", label: `Work · ${wantedOrder(alerts).length}` },
            { value: "rooms", label: "Rooms and hours" },
          ]}
        />
      </div>
      <div className={styles["columns"]} data-tab={tab}>
        <WorkList
          alerts={alerts}
          demos={demos}
          now={now}
          busy={busy}
          watched={watched}
          daily={dailyList(rooms, demos, now)}
          onReply={answer}
          onHelp={help}
          empty={nothingToDo(watched.length, next)}
        />
        <Timeline rooms={rooms} demos={demos} windows={windows} now={now} />
      </div>
      <KeysHelp opened={isHelping} onClose={() => setHelping(false)} />
    </>
  );
}

/** What stands in an empty list: only what is true of the visits that come. */
function nothingToDo(watched: number, next: DemoView | undefined): string {
  if (next === undefined) return "No visit is coming. New work appears here by itself.";
  const time = `The next visit is ${next.room_name} at ${clockTime(Date.parse(next.arrival), next.zone)}.`;
  if (watched === 0) return `Every visit is on track. ${time} New work appears here by itself.`;
  return `${time} What is being watched becomes work here when somebody has to act.`;
}

/** Sends a reply; the feed brings what became of it. */
function useAnswer(): { answer: (id: string, reply: ReplyInput) => void; busy: string | undefined } {
  const { mutate, isPending, variables } = useReply();
  const answer = useCallback(
    (id: string, reply: ReplyInput) => {
      mutate(
        { id, reply },
        {
          onSuccess: () => {
            if (reply.reply === "resolve")
              notifications.show({
                title: foundWords(reply.found ?? "mended"),
                message: "It is noted with your name, and later calls are weighed by it.",
              });
          },
          onError: (error) =>
            notifications.show({
              color: "red",
              title: "That was not recorded",
              message: refusalOf(error),
              autoClose: 10_000,
            }),
        },
      );
    },
    [mutate],
  );
  return { answer, busy: isPending ? variables.id : undefined };
}

const keys = [
  ["j", "Next piece of work"],
  ["k", "The one before"],
  ["a", "Take it"],
  ["d", "Say what it was, once it is yours"],
  ["s", "Snooze it"],
  ["o", "Open or close its evidence"],
  ["⌘K", "Search rooms and visits"],
  ["?", "This list"],
] as const;

function KeysHelp({ opened, onClose }: { opened: boolean; onClose: () => void }): ReactElement {
  return (
    <Modal opened={opened} onClose={onClose} title="Keys" size="sm">
      <dl className={styles["keys"]}>
        {keys.map(([key, meaning]) => (
          <div key={key} style={{ display: "contents" }}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
