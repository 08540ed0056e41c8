import { Button } from "@mantine/core";
import { type ReactElement, useState } from "react";
import type { DemoView } from "#contract/api/views.ts";
import { floorInside } from "../../words/floor-words.ts";
import { clockTime, dayWords } from "../../words/time-words.ts";
import styles from "./past-visits.module.css";
import { ReceiptDialog } from "./receipt-dialog.tsx";

const AT_FIRST = 4;

/** Visits that have begun, the last one first, each with the evidence of how its room was then. */
export function PastVisits({ demos, now }: { demos: readonly DemoView[]; now: number }): ReactElement | null {
  const [shown, show] = useState<DemoView>();
  const [isAll, showAll] = useState(false);
  const past = demos
    .filter((demo) => Date.parse(demo.arrival) <= now)
    .toSorted((a, b) => Date.parse(b.arrival) - Date.parse(a.arrival));
  if (past.length === 0) return null;
  const listed = isAll ? past : past.slice(0, AT_FIRST);
  return (
    <section className={styles["past"]} aria-label="Earlier visits">
      <h2>Earlier</h2>
      <ul>
        {listed.map((demo) => (
          <li key={demo.id} className={styles["visit"]} data-past={demo.id}>
            <span>
              <span className={styles["name"]}>{demo.account ?? demo.title}</span>{" "}
              <span className={styles["meta"]}>
                {demo.room_name}, {floorInside(demo.floor)} · {dayWords(Date.parse(demo.arrival), now, demo.zone)}{" "}
                {clockTime(Date.parse(demo.arrival), demo.zone)}
              </span>
            </span>
            <Button size="compact-sm" variant="default" onClick={() => show(demo)}>
              At arrival
              <span className="visually-hidden"> of {demo.account ?? demo.title}</span>
            </Button>
          </li>
        ))}
      </ul>
      {listed.length < past.length && (
        <Button size="compact-sm" variant="subtle" color="gray" onClick={() => showAll(true)}>
          {past.length - listed.length} more
        </Button>
      )}
      <ReceiptDialog demo={shown} onClose={() => show(undefined)} />
    </section>
  );
}
