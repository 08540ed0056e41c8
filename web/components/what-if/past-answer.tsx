import { MultiSelect } from "@mantine/core";
import { IconBellOff } from "@tabler/icons-react";
import { type ReactElement, useState } from "react";
import type { WhatIfAnswer } from "#contract/api/what-if.ts";
import { heldCounts } from "../../words/held-words.ts";
import { countWords } from "../../words/past-words.ts";
import { Blank } from "../blank.tsx";
import { Panel } from "../panel.tsx";
import { isStandby } from "../work-list/standbys.ts";
import { PastTable } from "./past-table.tsx";
import styles from "./what-if.module.css";

interface PastAnswerProps {
  answer: WhatIfAnswer;
  /** Which span it is of, and who asked. */
  span: string;
  by: string;
}

/** What came out: counted, then alert by alert, of all rooms or some. */
export function PastAnswer({ answer, span, by }: PastAnswerProps): ReactElement {
  const [rooms, choose] = useState<string[]>([]);
  const names = new Map(answer.alerts.map((alert) => [alert.room_key, alert.room_name]));
  const shown = answer.alerts.filter((alert) => rooms.length === 0 || rooms.includes(alert.room_key));
  const calls = shown.filter((alert) => !isStandby(alert));
  const standbys = shown.filter(isStandby);
  const held = heldCounts(answer.held);
  return (
    <div className={styles["answer"]}>
      <div className={styles["summary"]}>
        <div>
          {calls.length > 0 && <p className={styles["count"]}>{countWords(calls)}</p>}
          <p className={styles["note"]}>
            {span}, asked by {by}. {answer.rooms} rooms, {answer.visits} visits and{" "}
            {answer.readings.toLocaleString("en-GB")} readings were gone through. Agents that were lost show as silent
            devices, and gear was not tried out.
          </p>
        </div>
        {names.size > 1 && (
          <MultiSelect
            label="Rooms"
            placeholder={rooms.length === 0 ? "All of them" : ""}
            searchable
            clearable
            value={rooms}
            onChange={choose}
            data={[...names]
              .map(([value, label]) => ({ value, label }))
              .toSorted((a, b) => a.label.localeCompare(b.label))}
            className={styles["rooms"]}
          />
        )}
      </div>
      <Panel title="What would have been told" flush>
        {calls.length === 0 ? (
          <Blank compact icon={<IconBellOff size={20} />} title="Nobody would have been called">
            Neither today’s rules nor those of then called anybody in this span.
          </Blank>
        ) : (
          <PastTable alerts={calls} messages={answer.messages} />
        )}
      </Panel>
      {standbys.length > 0 && (
        <details className={styles["standbys"]}>
          <summary>
            {standbys.length === 1 ? "1 visit" : `${standbys.length} visits`} for which another room was, or would have
            been, kept in case
          </summary>
          <PastTable alerts={standbys} messages={answer.messages} />
        </details>
      )}
      {(held.length > 0 || answer.more > 0) && (
        <div className={styles["note"]}>
          {answer.more > 0 && <p>{answer.more} more alerts and messages: the command line lists all.</p>}
          {held.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </div>
      )}
    </div>
  );
}
