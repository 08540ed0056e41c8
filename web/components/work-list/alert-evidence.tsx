import { Button } from "@mantine/core";
import { lazy, type ReactElement, Suspense } from "react";
import type { ReplyInput } from "#contract/api/requests.ts";
import type { AlertView, DemoView } from "#contract/api/views.ts";
import { foundAnswers } from "../../words/found-words.ts";
import { heldCounts } from "../../words/held-words.ts";
import { causeMetric } from "../charts/cause-metric.ts";
import { EventList } from "../event-list.tsx";
import { Forecast } from "../forecast.tsx";
import { LossList } from "../loss-list.tsx";
import { Alternatives } from "../move/alternatives.tsx";
import { alternativesOf } from "../move/alternatives-of.ts";
import { Bone } from "../skeleton.tsx";
import { RemedyChain } from "./remedy-chain.tsx";
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
  const alternatives = demo === undefined ? [] : alternativesOf(demo, [alert]);
  const verdict = demo?.readiness?.verdict;
  // The chart is drawn anew once a minute, not with every tick.
  const minute = Math.floor(now / 60_000) * 60_000;
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
        <RemedyChain
          steps={alert.steps}
          now={minute}
          arrival={alert.arrival === undefined ? undefined : Date.parse(alert.arrival)}
          zone={alert.zone}
        />
      </section>
      {demo !== undefined && alternatives.length > 0 && (
        <section className={styles["wide"]}>
          <h3 className={styles["title"]}>Or another room for {demo.account ?? demo.title}</h3>
          <Alternatives demo={demo} alternatives={alternatives} now={now} />
        </section>
      )}
      {causeMetric(alert.cause) !== undefined && (
        <section className={styles["wide"]}>
          <Suspense fallback={<Bone height="11rem" />}>
            <CauseChart alert={alert} now={minute} />
          </Suspense>
        </section>
      )}
      <section className={styles["wide"]}>
        <h3 className={styles["title"]}>What happened</h3>
        <EventList history={alert.history} now={now} zone={alert.zone} />
        {heldCounts(alert.held).map((line) => (
          <p key={line} className={styles["note"]}>
            {line}
          </p>
        ))}
      </section>
      <div className={styles["foot"]}>
        <fieldset className={styles["found"]}>
          <legend className={styles["note"]}>Done: what was it?</legend>
          {foundAnswers.map(({ found, word, hint }) => (
            <Button
              key={found}
              size="xs"
              variant="default"
              title={hint}
              onClick={() => onReply(alert.id, { reply: "resolve", found })}
            >
              {word}
            </Button>
          ))}
        </fieldset>
      </div>
    </div>
  );
}
