import { Button, SegmentedControl } from "@mantine/core";
import { type FormEvent, type ReactElement, useState } from "react";
import { dayText } from "../../words/zoned-time.ts";
import { startOfDay } from "../../words/time-words.ts";
import form from "../form.module.css";
import { spanInstants, ZonedSpanFields } from "../zoned-span-fields.tsx";
import styles from "./what-if.module.css";

interface PastFormProps {
  now: number;
  /** Of the building's clocks. */
  zone: string;
  isBusy: boolean;
  /** Why the last question was refused. */
  refusal: string | undefined;
  onAsk: (span: { from: string; to: string }) => void;
}

const DAY_MS = 24 * 3_600_000;
const HALF_DAY_MS = DAY_MS / 2;

/** Which span of the past is looked at: the usual ones in one press, or any other up to a week. */
export function PastForm({ now, zone, isBusy, refusal, onAsk }: PastFormProps): ReactElement {
  const [which, choose] = useState("yesterday");
  const yesterday = dayText(startOfDay(now, zone) - HALF_DAY_MS, zone);
  const [span, setSpan] = useState({ day: yesterday, from: "07:00", endDay: yesterday, to: "19:00" });
  const chosen = which === "own" ? own(span, zone) : preset(which, now, zone);
  const fault = "fault" in chosen ? chosen.fault : refusal;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if ("from" in chosen) onAsk(chosen);
  };
  return (
    <form className={styles["form"]} onSubmit={submit}>
      <SegmentedControl
        aria-label="Which span"
        value={which}
        onChange={choose}
        className={styles["presets"]}
        data={[
          { value: "yesterday", label: "Yesterday" },
          { value: "today", label: "Today" },
          { value: "week", label: "7 days" },
          { value: "own", label: "Other" },
        ]}
      />
      {which === "own" && (
        <div className={styles["span"]}>
          <ZonedSpanFields span={span} onChange={setSpan} />
        </div>
      )}
      <Button type="submit" loading={isBusy} disabled={"fault" in chosen}>
        Look
      </Button>
      {fault !== undefined && (
        <p className={form["refused"]} role="alert">
          {fault}
        </p>
      )}
    </form>
  );
}

type Chosen = { from: string; to: string } | { fault: string };
const iso = (ms: number): string => new Date(ms).toISOString();

function preset(which: string, now: number, zone: string): Chosen {
  const midnight = startOfDay(now, zone);
  if (which === "today") return { from: iso(midnight), to: iso(now) };
  if (which === "week") return { from: iso(now - 7 * DAY_MS), to: iso(now) };
  return { from: iso(startOfDay(midnight - HALF_DAY_MS, zone)), to: iso(midnight) };
}

function own(span: Parameters<typeof spanInstants>[0], zone: string): Chosen {
  const instants = spanInstants(span, zone);
  return "fault" in instants ? instants : { from: instants.start, to: instants.end };
}
