import type { ReactElement } from "react";
import { type Status, statusWords } from "../words/status-words.ts";
import { StatusIcon } from "./status-icon.tsx";
import styles from "./status-mark.module.css";
import { statusColours } from "./status-colours.ts";

interface StatusMarkProps {
  status: Status;
  /** `pill` on a ground of its own, `large` as a headline. */
  shape?: "plain" | "pill" | "large";
  /** Another word than the usual one: "2 at risk". */
  word?: string;
}

/** A status as it is always shown: word, sign and colour together. */
export function StatusMark({ status, shape = "plain", word }: StatusMarkProps): ReactElement {
  const extra = shape === "plain" ? "" : ` ${styles[shape]}`;
  return (
    <span className={`${styles["mark"]}${extra}`} style={statusColours(status)} data-status={status}>
      <StatusIcon status={status} />
      <span className={styles["word"]}>{word ?? statusWords[status]}</span>
    </span>
  );
}
