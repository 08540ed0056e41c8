import type { ReactElement } from "react";
import type { DemoView } from "#contract/api/views.ts";
import styles from "./demo-mark.module.css";
import { StatusMark } from "./status-mark.tsx";

/** Visits are judged from two days before on; until then nothing is wrong, it is only early. */
const AHEAD_MS = 48 * 3_600_000;

export const isEarly = (demo: DemoView, now: number): boolean =>
  demo.readiness === undefined && Date.parse(demo.start) - now > AHEAD_MS;

/** A visit's status; "judged later" while it is too early for one. */
export function DemoMark({ demo, now }: { demo: DemoView; now: number }): ReactElement {
  if (isEarly(demo, now)) return <span className={styles["early"]}>judged later</span>;
  return <StatusMark status={demo.status} />;
}
