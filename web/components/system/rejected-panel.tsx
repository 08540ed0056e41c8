import { IconMailCheck } from "@tabler/icons-react";
import { type ReactElement, useState } from "react";
import { Button, Modal } from "@mantine/core";
import type { RejectedView } from "#contract/api/requests.ts";
import { useNow } from "../../data/now.ts";
import { readerZone } from "../../data/reader-zone.ts";
import { useRejected } from "../../data/rejected.ts";
import { lastSeenWords } from "../../words/time-words.ts";
import { Blank } from "../blank.tsx";
import table from "../data-table.module.css";
import { QueryPanel } from "../query-panel.tsx";
import styles from "./rejected-panel.module.css";

/** Messages that were refused, with where and why: nothing is dropped in silence. */
export function RejectedPanel(): ReactElement {
  const rejected = useRejected();
  const [shown, setShown] = useState<RejectedView>();
  return (
    <>
      <QueryPanel
        title="Refused messages"
        what="Refused messages"
        query={rejected}
        empty={
          <Blank compact icon={<IconMailCheck size={20} />} title="No message was refused">
            A message that cannot be read is kept here with its reason, so that its sender can be put right.
          </Blank>
        }
      >
        {(items) => <RejectedTable items={items} onShow={setShown} />}
      </QueryPanel>
      <Modal opened={shown !== undefined} onClose={() => setShown(undefined)} title="What was sent" size="lg">
        {shown !== undefined && (
          <div className={styles["detail"]}>
            <p>
              <strong>{shown.where}</strong>: {shown.why}
            </p>
            <p className={table["code"]}>{shown.topic}</p>
            <pre className={styles["payload"]}>{shown.payload}</pre>
          </div>
        )}
      </Modal>
    </>
  );
}

interface RejectedTableProps {
  items: readonly RejectedView[];
  onShow: (item: RejectedView) => void;
}

function RejectedTable({ items, onShow }: RejectedTableProps): ReactElement {
  const now = useNow(30_000);
  return (
    <table className={table["table"]}>
      <thead>
        <tr>
          <th scope="col">Last</th>
          <th scope="col">Why</th>
          <th scope="col">Topic</th>
          <th scope="col">Sender</th>
          <th scope="col" className={table["figure"]}>
            Times
          </th>
          <th scope="col">
            <span className="visually-hidden">What was sent</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={item.id}>
            <td className={table["nowrap"]}>{lastSeenWords(Date.parse(item.at), now, readerZone())}</td>
            <td data-label="Why">
              <span className={table["strong"]}>{item.where}</span>: {item.why}
              <div className={table["small"]}>{item.code}</div>
            </td>
            <td className={table["code"]} data-label="Topic">
              {item.topic}
            </td>
            <td className={table["muted"]} data-label="Sender">
              {item.sender ?? "–"}
            </td>
            <td className={table["figure"]} data-label="Times">
              {item.count}
            </td>
            <td className={table["figure"]} data-actions>
              <Button size="compact-sm" variant="subtle" color="gray" onClick={() => onShow(item)}>
                Show
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
