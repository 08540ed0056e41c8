import { type ReactElement, useState } from "react";
import { Timeline } from "../components/timeline/timeline.tsx";
import { dailyList } from "../components/work-list/daily-list.ts";
import { DailyListSection } from "../components/work-list/daily-list-section.tsx";
import { StandbyList } from "../components/work-list/standby-list.tsx";
import { standbysOf } from "../components/work-list/standbys.ts";
import { WorkLine } from "../components/work-list/work-line.tsx";
import { WorkList } from "../components/work-list/work-list.tsx";
import styles from "../components/work-list/work-list.module.css";
import { building, NOW } from "./sample.ts";
import { Section, State } from "./section.tsx";

const nothing = (): void => undefined;
const demos = new Map(building.demos.map((demo) => [demo.id, demo]));
const late = building.alerts.find((alert) => alert.room_name === "Victoria");
const soon = building.alerts.find((alert) => alert.room_name === "Harbour");
const taken = building.alerts.find((alert) => alert.room_name === "Jade");

/** Work lines in each state, the whole list, and the timeline. */
export function WorkGallery(): ReactElement {
  const [open, setOpen] = useState(false);
  if (late === undefined || soon === undefined || taken === undefined) return <p>The sample building has no work.</p>;
  const demo = building.demos.find((one) => one.id === soon.demo);
  const lines = {
    "past its act-by": late,
    "to be done soon": soon,
    "somebody has it": taken,
    snoozed: { ...soon, status: "snoozed" as const, snoozed_until: new Date(NOW + 360_000).toISOString() },
    "many rooms, one cause": {
      ...soon,
      rooms: ["a/b", "a/c", "a/d", "a/e"],
      title: "Switch is silent",
      sentence: "The network switch of 12F is silent since 08:31; four rooms depend on it.",
    },
  };
  return (
    <Section title="Work">
      {Object.entries(lines).map(([name, alert]) => (
        <State key={name} name={name}>
          <ul className={styles["panel"]}>
            <WorkLine
              alert={alert}
              demo={undefined}
              now={NOW}
              isCurrent={false}
              isOpen={false}
              isBusy={false}
              onReply={nothing}
              onToggle={nothing}
            />
          </ul>
        </State>
      ))}
      <State name="open, a reply on its way">
        <ul className={styles["panel"]}>
          <WorkLine
            alert={late}
            demo={demo}
            now={NOW}
            isCurrent
            isOpen={!open}
            isBusy
            onReply={nothing}
            onToggle={() => setOpen(!open)}
          />
        </ul>
      </State>
      <State name="done, keeps its place">
        <ul className={styles["panel"]}>
          <WorkLine
            alert={soon}
            demo={demo}
            now={NOW}
            isCurrent={false}
            isOpen={false}
            isBusy={false}
            isGone
            onReply={nothing}
            onToggle={nothing}
          />
        </ul>
      </State>
      <State name="nothing to do">
        <WorkList
          alerts={[]}
          demos={[]}
          daily={[]}
          now={NOW}
          busy={undefined}
          watched={building.demos.filter((one) => one.room_name === "Jade" || one.room_name === "Cedar")}
          onReply={nothing}
          onHelp={nothing}
          empty="Every visit is on track. The next is Harbour at 09:30."
        />
      </State>
      <State name="rooms kept in case">
        <StandbyList alerts={standbysOf(building.alerts)} demos={demos} />
      </State>
      <State name="daily list">
        <DailyListSection rooms={dailyList(building.rooms, building.demos, NOW)} demos={demos} now={NOW} />
      </State>
      <State name="timeline">
        <Timeline rooms={building.rooms} demos={building.demos} windows={[]} now={NOW} />
      </State>
    </Section>
  );
}
