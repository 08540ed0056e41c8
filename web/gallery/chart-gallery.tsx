import type { ReactElement } from "react";
import { mergeSeries } from "../components/charts/merge-series.ts";
import { occupiedSpans } from "../components/charts/occupied-spans.ts";
import { TimeChart } from "../components/charts/time-chart.tsx";
import { makeHistory } from "../dev/sample-history.ts";
import { NOW } from "./sample.ts";
import { Section, State } from "./section.tsx";

const HOUR = 3_600_000;
const from = NOW - 24 * HOUR;
const history = makeHistory("harbour-house/harbour", ["temperature_c", "occupied"], from, NOW, 300);
const line = mergeSeries(history.series, "temperature_c");
const strip = occupiedSpans(mergeSeries(history.series, "occupied"));
const week = mergeSeries(
  makeHistory("harbour-house/harbour", ["temperature_c"], NOW - 7 * 24 * HOUR, NOW, 400).series,
  "temperature_c",
);
const spans = [{ from: NOW + HOUR, to: NOW + 2.5 * HOUR, label: "Acme", token: "sunken" }];
const pins = [{ at: NOW - HOUR, token: "at_risk-solid" }];
const band = [20, 24] as const;
const atLeast = [18, 26] as const;
const empty = { at_s: [], mean: [] };

/** The chart with everything in it, and with nothing. */
export function ChartGallery(): ReactElement {
  const shared = {
    from,
    to: NOW + 3 * HOUR,
    zone: "Europe/Amsterdam",
    height: 220,
    metric: "temperature_c",
    atLeast,
    band,
    now: NOW,
  };
  return (
    <Section title="Chart">
      <State name="a day, with a gap">
        <TimeChart {...shared} line={line} spans={spans} pins={pins} strip={strip} label="Temperature of a day" />
      </State>
      <State name="a week">
        <TimeChart {...shared} from={NOW - 7 * 24 * HOUR} line={week} label="Temperature of a week" />
      </State>
      <State name="nothing reported">
        <TimeChart {...shared} line={empty} label="Temperature: nothing was reported" />
      </State>
    </Section>
  );
}
