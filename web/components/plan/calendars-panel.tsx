import { Button, Modal } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconCalendarDown } from "@tabler/icons-react";
import { type ReactElement, useState } from "react";
import type { CalendarView } from "#contract/api/admin.ts";
import { useCalendars, useRefreshCalendar, useRemoveCalendar } from "../../data/calendars.ts";
import { refusalOf } from "../../data/http.ts";
import { useNow } from "../../data/now.ts";
import { readerZone } from "../../data/reader-zone.ts";
import type { Status } from "../../words/status-words.ts";
import { lastSeenWords } from "../../words/time-words.ts";
import { Blank } from "../blank.tsx";
import table from "../data-table.module.css";
import { QueryPanel } from "../query-panel.tsx";
import { StatusMark } from "../status-mark.tsx";
import { AddCalendar } from "./add-calendar.tsx";
import styles from "./calendars-panel.module.css";

const states: Readonly<Record<CalendarView["state"], { word: string; status: Status }>> = {
  ok: { word: "Read", status: "ready" },
  failing: { word: "Can't be read", status: "not_ready" },
  never: { word: "Not read yet", status: "unknown" },
};

/** Where visits come from: calendars that are read again and again, with what could not be read in them. */
export function CalendarsPanel(): ReactElement {
  const calendars = useCalendars();
  const [isAdding, setAdding] = useState(false);
  return (
    <>
      <QueryPanel
        title="Calendars"
        what="Calendars"
        query={calendars}
        aside={<Button onClick={() => setAdding(true)}>Add a calendar</Button>}
        empty={
          <Blank compact icon={<IconCalendarDown size={20} />} title="No calendar is connected">
            Add the address of a calendar feed, or upload an .ics file: its visits appear by themselves.
          </Blank>
        }
      >
        {(items) => (
          <ul className={styles["list"]}>
            {items.map((calendar) => (
              <Calendar key={calendar.name} calendar={calendar} />
            ))}
          </ul>
        )}
      </QueryPanel>
      <Modal opened={isAdding} onClose={() => setAdding(false)} title="Add a calendar">
        <AddCalendar onDone={() => setAdding(false)} />
      </Modal>
    </>
  );
}

function Calendar({ calendar }: { calendar: CalendarView }): ReactElement {
  const now = useNow(30_000);
  const refresh = useRefreshCalendar();
  const remove = useRemoveCalendar();
  const { word, status } = states[calendar.state];
  const read = calendar.succeeded_at === undefined ? undefined : Date.parse(calendar.succeeded_at);
  const onError = (error: Error): void => {
    notifications.show({ color: "red", title: `${calendar.name}: that did not work`, message: refusalOf(error) });
  };
  return (
    <li className={styles["calendar"]}>
      <div>
        <p className={styles["head"]}>
          <span className={table["strong"]}>{calendar.name}</span>
          <StatusMark status={status} word={word} shape="pill" />
        </p>
        <p className={table["muted"]}>
          {calendar.events} events{read === undefined ? "" : `, read ${lastSeenWords(read, now, readerZone())}`}
          {calendar.url === undefined ? ", uploaded" : `, again every ${calendar.refresh_min} min`}
          {calendar.room !== undefined && `, all in ${calendar.room}`}
          {calendar.demo_marker !== undefined && `, visits are marked “${calendar.demo_marker}”`}
        </p>
        {calendar.url !== undefined && <p className={table["code"]}>{calendar.url}</p>}
        <Faults faults={calendar.faults} />
      </div>
      <div className={styles["actions"]}>
        {calendar.url !== undefined && (
          <Button
            size="compact-sm"
            variant="default"
            loading={refresh.isPending}
            onClick={() => refresh.mutate(calendar.name, { onError })}
          >
            Read now
          </Button>
        )}
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          loading={remove.isPending}
          aria-label={`Remove the calendar ${calendar.name}`}
          onClick={() => remove.mutate(calendar.name, { onError })}
        >
          Remove
        </Button>
      </div>
    </li>
  );
}

/** What could not be read, by place and reason. */
export function Faults({ faults }: { faults: readonly { where: string; why: string }[] }): ReactElement | null {
  if (faults.length === 0) return null;
  return (
    <details className={styles["faults"]}>
      <summary>
        {faults.length === 1 ? "1 entry could not be read" : `${faults.length} entries could not be read`}
      </summary>
      <ul>
        {faults.map((fault) => (
          <li key={`${fault.where} ${fault.why}`}>
            <span className={table["strong"]}>{fault.where}</span>: {fault.why}
          </li>
        ))}
      </ul>
    </details>
  );
}
