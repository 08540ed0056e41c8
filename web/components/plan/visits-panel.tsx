import { Button, FileButton } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconCalendarOff } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import type { ImportReport } from "#contract/api/requests.ts";
import type { DemoView } from "#contract/api/views.ts";
import { useDemosWithin, useImportDemos, useRemoveDemo } from "../../data/demos.ts";
import { refusalOf } from "../../data/http.ts";
import { useNow } from "../../data/now.ts";
import { needsWords } from "../../words/needs-words.ts";
import { importWords } from "../../words/import-words.ts";
import { clockTime, dayWords } from "../../words/time-words.ts";
import { Blank } from "../blank.tsx";
import table from "../data-table.module.css";
import { QueryPanel } from "../query-panel.tsx";
import { NeedsDialog } from "../needs/needs-dialog.tsx";
import { RemoveButton } from "../remove-button.tsx";
import { DemoMark } from "../demo-mark.tsx";
import { Faults } from "./calendars-panel.tsx";
import styles from "./visits-panel.module.css";
import { floorShort } from "../../words/floor-words.ts";
import { sourceWords } from "../../words/source-words.ts";

const HOUR_MS = 3_600_000;

/** The visits of the next two weeks, and a file of more. */
export function VisitsPanel(): ReactElement {
  const now = useNow(60_000);
  const from = Math.floor(now / HOUR_MS) * HOUR_MS;
  const demos = useDemosWithin({ from, to: from + 14 * 24 * HOUR_MS });
  const importing = useImportDemos();
  const [report, setReport] = useState<ImportReport>();
  const take = async (file: File | null): Promise<void> => {
    if (file === null) return;
    importing.mutate(await file.text(), {
      onSuccess: setReport,
      onError: (error) => notifications.show({ color: "red", title: "Not imported", message: refusalOf(error) }),
    });
  };
  return (
    <QueryPanel
      title="Visits"
      what="Visits"
      query={demos}
      aside={
        <div className={styles["aside"]}>
          <FileButton accept=".csv,text/csv" onChange={(file) => void take(file)}>
            {(props) => (
              <Button variant="default" loading={importing.isPending} {...props}>
                Import CSV
              </Button>
            )}
          </FileButton>
          <Button component={Link} to="/promise">
            Add a visit
          </Button>
        </div>
      }
      empty={
        <Blank compact icon={<IconCalendarOff size={20} />} title="No visit in the next two weeks">
          Connect a calendar, import a CSV file, or add a visit by hand.
        </Blank>
      }
    >
      {(items) => (
        <>
          {report !== undefined && (
            <div className={styles["report"]} aria-live="polite">
              {importWords(report)}.
              <Faults faults={report.faults} />
            </div>
          )}
          <VisitsTable demos={items} now={now} />
        </>
      )}
    </QueryPanel>
  );
}

const AT_FIRST = 40;

function VisitsTable({ demos, now }: { demos: readonly DemoView[]; now: number }): ReactElement {
  const remove = useRemoveDemo();
  const [edited, edit] = useState<DemoView>();
  const [isAll, showAll] = useState(false);
  return (
    <>
      <table className={table["table"]}>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Client</th>
            <th scope="col">Room</th>
            <th scope="col">Needs</th>
            <th scope="col">Status</th>
            <th scope="col">From</th>
            <th scope="col">
              <span className="visually-hidden">Change</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {demos
            .toSorted((a, b) => (a.start < b.start ? -1 : 1))
            .slice(0, isAll ? undefined : AT_FIRST)
            .map((demo) => (
              <tr key={demo.id}>
                <td className={table["nowrap"]}>
                  {dayWords(Date.parse(demo.start), now, demo.zone)}{" "}
                  <span className={table["strong"]}>{clockTime(Date.parse(demo.start), demo.zone)}</span>
                </td>
                <td className={table["strong"]}>{demo.account ?? demo.title}</td>
                <td className={table["nowrap"]} data-label="Room">
                  {demo.room_name} <span className={table["muted"]}>{floorShort(demo.floor)}</span>
                </td>
                <td className={styles["needs"]} data-label="Needs">
                  {demo.template_name !== undefined && <span>{demo.template_name} </span>}
                  <span className={table["muted"]}>{needsWords(demo.needs)}</span>
                </td>
                <td data-label="Status">
                  <DemoMark demo={demo} now={now} />
                </td>
                <td className={table["muted"]} data-label="From">
                  {sourceWords(demo.source)}
                </td>
                <td className={`${table["figure"]} ${table["nowrap"]}`} data-actions>
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    aria-label={`Change what ${demo.account ?? demo.title} needs`}
                    onClick={() => edit(demo)}
                  >
                    Needs
                  </Button>
                  {demo.source === "api" && (
                    <RemoveButton id={demo.id} what={`the visit of ${demo.account ?? demo.title}`} removing={remove} />
                  )}
                </td>
              </tr>
            ))}
        </tbody>
      </table>
      {!isAll && demos.length > AT_FIRST && (
        <p className={styles["more"]}>
          <Button variant="subtle" color="gray" onClick={() => showAll(true)}>
            {demos.length - AT_FIRST} later visits
          </Button>
        </p>
      )}
      <NeedsDialog demo={edited} onClose={() => edit(undefined)} />
    </>
  );
}
