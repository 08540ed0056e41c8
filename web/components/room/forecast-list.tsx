import type { ReactElement } from "react";
import type { DemoReadiness } from "#contract/messages/readiness.ts";
import { checkWords } from "../../words/check-words.ts";
import { probabilityWords } from "../../words/probability-words.ts";
import styles from "./forecast-list.module.css";

/** From here on a check needs no line of its own. */
const SURE = 0.985;

/** The forecast check by check, the least certain first: what will be measured, and how likely it passes. */
export function ForecastList({ readiness }: { readiness: DemoReadiness }): ReactElement | null {
  const forecasts = readiness.forecasts?.toSorted((a, b) => a.p_ready - b.p_ready) ?? [];
  if (forecasts.length === 0) return null;
  const shown = forecasts.filter((forecast) => forecast.p_ready < SURE);
  const rest = forecasts.filter((forecast) => forecast.p_ready >= SURE);
  return (
    <dl className={styles["forecasts"]}>
      {shown.map(({ check, p_ready, mean, sigma, unit }) => {
        const { words, figure } = probabilityWords(p_ready);
        return (
          <div key={check}>
            <dt>{checkWords[check]}</dt>
            <dd className={styles["measured"]}>{mean !== undefined && expected(mean, sigma, unit)}</dd>
            <dd>
              {words} <span className={styles["figure"]}>{figure}</span>
            </dd>
          </div>
        );
      })}
      {rest.length > 0 && (
        <div>
          <dt>{shown.length === 0 ? "Every check" : "All else"}</dt>
          <dd className={styles["measured"]} />
          <dd>very likely ready</dd>
        </div>
      )}
    </dl>
  );
}

/** "19.3 ± 0.6 °C": nine times of ten it lies within one and a half times that. */
function expected(mean: number, sigma: number | undefined, unit: string | undefined): string {
  const digits = unit === "°C" ? 1 : 0;
  const error = sigma === undefined ? "" : ` ± ${sigma.toFixed(digits)}`;
  return `${mean.toFixed(digits)}${error}${unit === undefined ? "" : `\u00A0${unit}`}`;
}
