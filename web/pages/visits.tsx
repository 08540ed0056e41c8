import { Button, SegmentedControl } from "@mantine/core";
import { IconCalendarPlus } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import { Blank } from "../components/blank.tsx";
import { ForRoles } from "../components/for-roles.tsx";
import { PageTitle } from "../components/page-title.tsx";
import { PastVisits } from "../components/past/past-visits.tsx";
import { Bone, Loading } from "../components/skeleton.tsx";
import { NextVisitCard, VisitCard } from "../components/visit-card.tsx";
import { byDay, comingVisits } from "../data/coming-visits.ts";
import { useDemosWithin } from "../data/demos.ts";
import { useDemos, useHasData } from "../data/live/use-live.ts";
import { useNow } from "../data/now.ts";
import { readerZone } from "../data/reader-zone.ts";
import { zoneNote } from "../words/time-words.ts";
import styles from "./visits.module.css";

const HOUR_MS = 3_600_000;
const BEHIND_MS = 7 * 24 * HOUR_MS;
const AHEAD_MS = 14 * 24 * HOUR_MS;

/** Will my room be ready, and if not, who is on it, and what is plan B? */
export function VisitsPage(): ReactElement {
  return (
    <ForRoles roles={["sales", "facilities", "admin"]} page="My visits" needs="sales">
      <Visits />
    </ForRoles>
  );
}

function Visits(): ReactElement {
  const hasData = useHasData();
  const live = useDemos();
  const now = useNow(10_000);
  const hour = Math.floor(now / HOUR_MS) * HOUR_MS;
  const fetched = useDemosWithin({ from: hour, to: hour + AHEAD_MS });
  const past = useDemosWithin({ from: hour - BEHIND_MS, to: hour + HOUR_MS });
  const [whose, setWhose] = useState<"mine" | "all">("mine");
  if (!hasData) return <VisitsSkeleton />;
  const coming = comingVisits(live, fetched.data ?? [], now).filter((demo) => whose === "all" || demo.mine);
  const [next, ...rest] = coming;
  const note = next === undefined ? undefined : zoneNote(next.zone, readerZone(), now);
  return (
    <div className={styles["page"]}>
      <PageTitle title="My visits" lede={note === undefined ? undefined : `Times are ${note}.`}>
        <SegmentedControl
          aria-label="Whose visits"
          value={whose}
          onChange={(value) => setWhose(value)}
          data={[
            { value: "mine", label: "Mine" },
            { value: "all", label: "Everybody's" },
          ]}
        />
      </PageTitle>
      {next === undefined ? (
        <Blank
          icon={<IconCalendarPlus size={20} />}
          title={whose === "mine" ? "No visit of yours is coming" : "No visit is coming"}
          action={
            <Button component={Link} to="/promise" variant="default">
              Find a room for one
            </Button>
          }
        >
          {whose === "mine"
            ? "A visit is yours when you entered it, or when its calendar entry names you as host."
            : "Nothing is planned in the next two weeks."}
        </Blank>
      ) : (
        <>
          <NextVisitCard demo={next} now={now} />
          {byDay(rest, now).map((day) => (
            <section key={day.day} className={styles["day"]}>
              <h2>{day.day}</h2>
              {day.demos.map((demo) => (
                <VisitCard key={demo.id} demo={demo} now={now} />
              ))}
            </section>
          ))}
        </>
      )}
      <PastVisits demos={(past.data ?? []).filter((demo) => whose === "all" || demo.mine)} now={now} />
    </div>
  );
}

function VisitsSkeleton(): ReactElement {
  return (
    <Loading what="your visits">
      <div className={styles["page"]}>
        <Bone width="12rem" height="2.25rem" />
        <div className={styles["day"]}>
          <Bone height="17rem" />
          <Bone height="6rem" />
          <Bone height="6rem" />
        </div>
      </div>
    </Loading>
  );
}
