import { Command, InvalidArgumentError, Option } from "commander";
import { GreenroomError } from "#contract/errors.ts";
import { type DataSetKind, dataSetKinds } from "#simulators/recorded/recorded.ts";
import type { PolicyOptions } from "./evaluate-policies.ts";
import { print, printJson, run } from "./run.ts";

interface EvaluateOptions extends PolicyOptions {
  curve?: boolean;
  figures?: string | true;
  forecast?: boolean;
  data?: string;
  kind?: DataSetKind;
  horizons: number[];
  learnDays?: number;
}

const whole = (text: string): number => {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1) throw new InvalidArgumentError("must be a whole number above 0");
  return n;
};
const threads = (text: string): number => (text === "0" ? 0 : whole(text));

/** `1..5` or `1,2,7`. */
function seeds(text: string): number[] {
  const span = /^(\d+)\.\.(\d+)$/.exec(text);
  if (span === null) return text.split(",").map(whole);
  const [from, to] = [Number(span[1]), Number(span[2])];
  if (to < from || to - from > 1_000) throw new InvalidArgumentError("must go upwards, by a thousand at most");
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

export const evaluateCommand = (): Command =>
  new Command("evaluate")
    .description(
      "Lives through simulated weeks with the real gateway in the loop, and compares it with simpler policies.",
    )
    .option("--rooms <n>", "rooms", whole, 200)
    .option("--days <n>", "scored working days, after the scenario's warm-up", whole, 20)
    .option("--seeds <list>", "1..5 or 1,2,7", seeds, [1, 2, 3, 4, 5])
    .option("--scenario <name>", "a scenario that comes with it, or a .json file of what differs from normal", "normal")
    .option(
      "--policies <list>",
      "which to compare",
      "act-by,threshold,threshold-4h,fixed-30,fixed-60,fixed-120,clairvoyant",
    )
    .option("--no-forecasts", "leave out the run that scores forecasts")
    .option("--explain", "list each visit that still failed and each call for nothing, with what was said when")
    .option("--threads <n>", "how many at once; 0 in this one (as many as the machine has)", threads)
    .option("--curve", "the gateway at several costs of a false call instead: fewer of them against rescues")
    .option("--figures [folder]", "every scenario instead, as the page evaluation.md with its plots (docs)")
    .option("--forecast", "try the forecast of a room's air on recorded rooms instead; takes --data")
    .option("--data <folder>", "recorded data: a folder of room CSVs, plain or gzipped")
    .option("--horizons <list>", "minutes ahead, up to 180", (text) => text.split(",").map(whole), [30, 60, 90, 120])
    .option("--learn-days <n>", "working days that only teach, where the data set's published test has no other", whole)
    .addOption(new Option("--kind <kind>", "force the format of the data").choices([...dataSetKinds]))
    .option("--json", "for programs")
    .addHelpText("after", "\nWhat the figures mean: docs/evaluation.md. Exit codes: 0 done · 2 the scenario has faults")
    .action(run(evaluate));

async function evaluate(options: EvaluateOptions): Promise<void> {
  if (options.forecast === true) return evaluateForecast(options);
  const { evaluateCurve, evaluateFigures, evaluatePolicies } = await import("./evaluate-policies.ts");
  if (options.figures !== undefined)
    return evaluateFigures(options, options.figures === true ? "docs" : options.figures);
  if (options.curve === true) return evaluateCurve(options);
  return evaluatePolicies(options);
}

async function evaluateForecast({ data, horizons, learnDays, kind, json }: EvaluateOptions): Promise<void> {
  if (data === undefined) throw new GreenroomError("INPUT_INVALID", "--forecast needs recorded rooms: --data <folder>");
  const { runForecastTest } = await import("#simulators/evaluation/forecast/run-forecast-test.ts");
  const { forecastTables } = await import("#simulators/evaluation/forecast/forecast-tables.ts");
  const report = await runForecastTest({
    data,
    horizonsMin: horizons,
    ...(learnDays !== undefined && { learnDays }),
    ...(kind !== undefined && { kind }),
  });
  if (json === true) printJson(report);
  else print(forecastTables(report));
}
