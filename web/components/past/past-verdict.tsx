import { SegmentedControl } from "@mantine/core";
import { type ReactElement, useState } from "react";
import type { VerdictAt, VerdictHistory } from "#contract/api/evidence.ts";
import { usePastVerdicts, useVerdictAt } from "../../data/evidence.ts";
import { ApiError } from "../../data/http.ts";
import { clockTime, spanOfDay, whenWords } from "../../words/time-words.ts";
import { Failed } from "../blank.tsx";
import { Panel } from "../panel.tsx";
import { WhyTable } from "../room/why-table.tsx";
import { Bone } from "../skeleton.tsx";
import { StatusMark } from "../status-mark.tsx";
import styles from "./past-verdict.module.css";
import { type Stretch, stretchesOf } from "./stretches.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const spans = { "12h": 12 * HOUR_MS, "24h": 24 * HOUR_MS, "7d": 7 * 24 * HOUR_MS } as const;

interface PastVerdictProps {
  roomKey: string;
  zone: string;
  now: number;
}

/** "Why was it red at 14:05?": the room's verdicts as a strip; any moment of it can be asked for its reasons. */
export function PastVerdict({ roomKey, zone, now }: PastVerdictProps): ReactElement {
  const [name, setName] = useState<keyof typeof spans>("12h");
  const [moment, setMoment] = useState<number>();
  const to = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  const from = to - spans[name];
  const history = usePastVerdicts(roomKey, from, to);
  const then = useVerdictAt(roomKey, moment);
  return (
    <Panel
      title="How it was judged"
      aside={
        <SegmentedControl
          size="xs"
          aria-label="Span of verdicts"
          value={name}
          onChange={setName}
          data={[
            { value: "12h", label: "12 h" },
            { value: "24h", label: "24 h" },
            { value: "7d", label: "7 days" },
          ]}
        />
      }
    >
      {history.isError && <Failed what="The past verdicts" error={history.error} />}
      {history.isPending && <Bone height="4rem" />}
      {history.data !== undefined && (
        <Strip history={history.data} span={[from, to]} zone={zone} moment={moment} onPick={setMoment} />
      )}
      {moment === undefined ? (
        <p className={styles["hint"]}>Pick a moment on the strip to see why the room was judged so then.</p>
      ) : (
        <Then asked={moment} answer={then.data} error={then.error} zone={zone} now={now} />
      )}
    </Panel>
  );
}

interface StripProps {
  history: VerdictHistory;
  span: readonly [number, number];
  zone: string;
  moment: number | undefined;
  onPick: (moment: number) => void;
}

function Strip({ history, span: [from, to], zone, moment, onPick }: StripProps): ReactElement {
  const place = (at: number): string => `${(100 * (Math.min(to, Math.max(from, at)) - from)) / (to - from)}%`;
  const left = moment ?? to;
  return (
    <div>
      <div className={styles["strip"]}>
        {stretchesOf(history, from, to).map((stretch) => (
          <span
            key={stretch.from}
            className={styles["stretch"]}
            data-status={stretch.status}
            style={{ left: place(stretch.from), width: `${(100 * (stretch.to - stretch.from)) / (to - from)}%` }}
          />
        ))}
        {moment !== undefined && moment >= from && (
          <span className={styles["moment"]} style={{ left: place(moment) }} />
        )}
        <input
          type="range"
          className={styles["range"]}
          aria-label="Moment to look at"
          aria-valuetext={whenWords(left, to, zone)}
          min={from}
          max={to}
          step={MINUTE_MS}
          value={left}
          onChange={(event) => onPick(Number(event.currentTarget.value))}
        />
      </div>
      <p className={styles["ends"]}>
        <span>{whenWords(from, to, zone)}</span>
        <span>{clockTime(to, zone)}</span>
      </p>
      <Legend stretches={stretchesOf(history, from, to)} />
    </div>
  );
}

const legend: readonly [Stretch["status"], string][] = [
  ["ready", "Ready"],
  ["degraded", "Usable"],
  ["not_ready", "Not ready"],
  ["unknown", "Can't tell"],
  ["nothing", "Not recorded"],
];

/** Only what occurs; the colours never speak alone, because a picked moment is told in words. */
function Legend({ stretches }: { stretches: readonly Stretch[] }): ReactElement {
  const shown = new Set(stretches.map(({ status }) => status));
  return (
    <p className={styles["legend"]}>
      {legend
        .filter(([status]) => shown.has(status))
        .map(([status, word]) => (
          <span key={status}>
            <span className={styles["swatch"]} data-status={status} /> {word}
          </span>
        ))}
    </p>
  );
}

interface ThenProps {
  asked: number;
  answer: VerdictAt | undefined;
  error: Error | null;
  zone: string;
  now: number;
}

function Then({ asked, answer, error, zone, now }: ThenProps): ReactElement {
  if (error !== null) {
    const isGap = error instanceof ApiError && error.status === 404;
    return isGap ? (
      <p className={styles["hint"]} data-then>
        At {whenWords(asked, now, zone)} nothing was taken down: Greenroom was not running, or it is too long ago.
      </p>
    ) : (
      <Failed what="The verdict of then" error={error} />
    );
  }
  if (answer === undefined) return <Bone height="12rem" />;
  const at = Date.parse(answer.at);
  const span =
    answer.until === undefined ? `since ${whenWords(at, now, zone)}` : spanOfDay(at, Date.parse(answer.until), zone);
  return (
    <section className={styles["then"]} aria-live="polite" data-then>
      <h3 className={styles["head"]}>
        At {whenWords(asked, now, zone)} <StatusMark status={answer.outcome} />
        <span className={styles["span"]}>{span}</span>
      </h3>
      <p>{answer.sentence}</p>
      {answer.verdict !== undefined && (
        <div className={styles["table"]}>
          <WhyTable verdict={answer.verdict} now={asked} zone={zone} />
        </div>
      )}
    </section>
  );
}
