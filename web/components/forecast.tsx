import type { ReactElement } from "react";
import { probabilityWords } from "../words/probability-words.ts";
import styles from "./forecast.module.css";

interface ForecastProps {
  p: number;
  basis?: "learned" | "prior";
  /** The word that stands before it: what says no more than that is left out. */
  saidAs?: string;
}

/** A probability in words, its figure beside them, and "learning" while the room is not known well. */
export function Forecast({ p, basis, saidAs }: ForecastProps): ReactElement {
  const { words, figure, isLearning } = probabilityWords(p, basis);
  return (
    <span className={styles["forecast"]}>
      <span>{unsaid(words, saidAs)}</span>
      <span className={styles["figure"]}>{figure}</span>
      {isLearning && <span className={styles["learning"]}>still learning this room</span>}
    </span>
  );
}

/** "Likely" before "likely ready" leaves "ready". */
const unsaid = (words: string, saidAs = ""): string =>
  saidAs !== "" && words.startsWith(saidAs.toLowerCase()) ? words.slice(saidAs.length).trim() : words;
