import type { ReactElement } from "react";
import { probabilityWords } from "../words/probability-words.ts";
import styles from "./forecast.module.css";

/** A probability in words, its figure beside them, and "learning" while the room is not known well. */
export function Forecast({ p, basis }: { p: number; basis?: "learned" | "prior" }): ReactElement {
  const { words, figure, isLearning } = probabilityWords(p, basis);
  return (
    <span className={styles["forecast"]}>
      <span>{words}</span>
      <span className={styles["figure"]}>{figure}</span>
      {isLearning && <span className={styles["learning"]}>still learning this room</span>}
    </span>
  );
}
