import { Modal } from "@mantine/core";
import type { ReactElement } from "react";
import type { Receipt } from "#contract/api/evidence.ts";
import type { DemoView } from "#contract/api/views.ts";
import { useReceipt } from "../../data/evidence.ts";
import { ApiError } from "../../data/http.ts";
import { clockTime, durationWords } from "../../words/time-words.ts";
import { Failed } from "../blank.tsx";
import { WhyTable } from "../room/why-table.tsx";
import { Bone, Loading } from "../skeleton.tsx";
import { StatusMark } from "../status-mark.tsx";
import styles from "./receipt-dialog.module.css";

interface ReceiptDialogProps {
  /** Whose receipt is shown; the dialog is open while there is one. */
  demo: DemoView | undefined;
  onClose: () => void;
}

/** What was known of the room when the client walked in: frozen then, with the age of every piece of evidence. */
export function ReceiptDialog({ demo, onClose }: ReceiptDialogProps): ReactElement {
  return (
    <Modal
      opened={demo !== undefined}
      onClose={onClose}
      size="xl"
      title={`When ${demo?.account ?? demo?.title ?? ""} arrived`}
    >
      {demo !== undefined && <Loaded demo={demo} />}
    </Modal>
  );
}

function Loaded({ demo }: { demo: DemoView }): ReactElement {
  const receipt = useReceipt(demo.id);
  if (receipt.data !== undefined) return <Frozen receipt={receipt.data} demo={demo} />;
  if (receipt.error instanceof ApiError && receipt.error.status === 404)
    return (
      <p className={styles["note"]}>
        There is no receipt: no verdict was fresh enough when the client came, or Greenroom was not running then.
      </p>
    );
  if (receipt.isError) return <Failed what="The receipt" error={receipt.error} />;
  return (
    <Loading what="the receipt">
      <Bone height="16rem" />
    </Loading>
  );
}

function Frozen({ receipt, demo }: { receipt: Receipt; demo: DemoView }): ReactElement {
  const arrival = Date.parse(receipt.arrival);
  const judged = Date.parse(receipt.judged_at ?? "");
  const { zone } = demo;
  return (
    <div className={styles["receipt"]}>
      <p className={styles["head"]}>
        <StatusMark status={receipt.verdict.outcome} shape="large" />
        <span>
          {demo.room_name}, {clockTime(arrival, zone)}
        </span>
      </p>
      <p>{receipt.verdict.sentence}</p>
      {!Number.isNaN(judged) && (
        <p className={styles["note"]}>
          Judged {arrival - judged < 60_000 ? "at that minute" : `${durationWords(arrival - judged)} before`}; nothing
          of this has been changed since.
        </p>
      )}
      <div className={styles["table"]}>
        <WhyTable verdict={receipt.verdict} now={arrival} zone={zone} />
      </div>
      {receipt.alerts.length > 0 && (
        <section>
          <h3 className={styles["title"]}>Told before</h3>
          <ul className={styles["alerts"]}>
            {receipt.alerts.map((alert) => (
              <li key={alert.id}>
                <time dateTime={alert.raised_at}>{clockTime(Date.parse(alert.raised_at), zone)}</time>
                <span>
                  {alert.title}{" "}
                  <span className={styles["note"]}>
                    act by {clockTime(Date.parse(alert.act_by), zone)};{" "}
                    {alert.taken_at === undefined
                      ? "nobody took it"
                      : `taken ${clockTime(Date.parse(alert.taken_at), zone)}`}
                  </span>
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
