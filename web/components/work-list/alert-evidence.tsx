import { Button } from "@mantine/core";
import { lazy, type ReactElement, Suspense } from "react";
import type { ReplyInput } from "#contract/api/requests.ts";
import type { AlertView, DemoView } from "#contract/api/views.ts";
import { eventWords } from "../../words/event-words.ts";
import { clockTime } from "../../words/time-words.ts";
import { Forecast } from "../forecast.tsx";
import { LossList } from "../loss-list.tsx";
import { Bone } from "../skeleton.tsx";
import styles from "./alert-evidence.module.css";

const CauseChart = lazy(() => import("../charts/cause-chart.tsx").then((m) => ({ default: m.CauseChart })));

interface AlertEvidenceProps {
  alert: AlertView;
  demo: DemoView | undefined;
  now: number;
  onReply: (id: string, reply: ReplyInput) => void;
}

/** Why an alert was raised: what costs points, how likely the visit is without action, what can be done until when. */
export function AlertEvidence({ alert, demo, now, onReply }: AlertEvidenceProps): ReactElement {
  const verdict = demo?.readiness?.verdict;
  return (
    <div className={styles["evidence"]}>
      <section>
        <h3 className={styles["title"]}>If nobody acts</h3>
        <p className={styles["forecast"]}>
          {demo === undefined ? (
            "No visit depends on it."
          ) : (
            <Forecast p={alert.p_ready} {...(demo.readiness === undefined ? {} : { basis: demo.readiness.basis })} />
          )}
        </p>
        {verdict !== undefined && <LossList verdict={verdict} />}
      </section>
      <section>
        <h3 className={styles["title"]}>What can be done, and until when</h3>
        <ol className={styles["steps"]}>
          {alert.steps.map((step) => (
            <li key={step.remedy} className={styles["step"]}>
              <time dateTime={step.act_by}>{clockTime(Date.parse(step.act_by), alert.zone)}</time>
              <span>
                {step.label}{" "}
                <span className={styles["note"]}>
                  {Math.round(step.p50_min)} min, at most {Math.round(step.p90_min)}
                </span>
              </span>
            </li>
          ))}
        </ol>
      </section>
      <section className={styles["wide"]}>
        <Suspense fallback={<Bone height="11rem" />}>
          <CauseChart alert={alert} now={now} />
        </Suspense>
      </section>
      <section className={styles["wide"]}>
        <h3 className={styles["title"]}>What happened</h3>
        <ol className={styles["events"]}>
          {alert.history.map((event) => (
            <li key={`${event.at} ${event.event}`} className={styles["event"]}>
              <time dateTime={event.at}>{clockTime(Date.parse(event.at), alert.zone)}</time>
              <span>{eventWords(event)}</span>
            </li>
          ))}
          {Object.entries(alert.held).map(([reason, count]) => (
            <li key={reason} className={styles["event"]}>
              <span />
              <span className={styles["note"]}>
                {count === 1 ? "1 message" : `${count} messages`} held back: {reason.replaceAll(/[-_]/g, " ")}
              </span>
            </li>
          ))}
        </ol>
      </section>
      <div className={styles["foot"]}>
        <Button size="xs" variant="default" onClick={() => onReply(alert.id, { reply: "resolve" })}>
          It is mended
        </Button>
      </div>
    </div>
  );
}
