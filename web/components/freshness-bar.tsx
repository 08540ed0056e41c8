import type { ReactElement } from "react";
import { lastSeenWords } from "../words/time-words.ts";
import styles from "./freshness-bar.module.css";

interface FreshnessBarProps {
  /** 1 fresh … 0 gone. */
  freshness: number;
  /** RFC 3339; absent where a check rests on no reading, such as the seats of a room. */
  at: string | undefined;
  now: number;
  zone: string;
}

/** How fresh a piece of evidence is: a bar that runs empty, and when it was last heard. */
export function FreshnessBar({ freshness, at, now, zone }: FreshnessBarProps): ReactElement {
  if (at === undefined && freshness >= 1) return <span className={styles["words"]}>not from a reading</span>;
  const words = freshness <= 0 ? "too old" : freshness < 1 ? "ageing" : "fresh";
  return (
    <span className={styles["fresh"]}>
      <span className={styles["track"]}>
        <span
          className={styles["fill"]}
          data-level={words}
          style={{ display: "block", width: `${Math.round(freshness * 100)}%` }}
        />
      </span>
      <span className={styles["words"]}>
        <span className="visually-hidden">{words}, </span>
        {lastSeenWords(at === undefined ? undefined : Date.parse(at), now, zone)}
      </span>
    </span>
  );
}
