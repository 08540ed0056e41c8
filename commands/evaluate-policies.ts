import { GreenroomError } from "#contract/errors.ts";
import { runCurve } from "#simulators/evaluation/run/curve.ts";
import { jsonOf, reportOf } from "#simulators/evaluation/run/evaluate.ts";
import { type Comparable, comparable } from "#simulators/evaluation/run/policy-names.ts";
import { runSeeds } from "#simulators/evaluation/run/run-seeds.ts";
import { curveTable, tablesOf } from "#simulators/evaluation/run/tables.ts";
import { loadScenario } from "#simulators/evaluation/scenario-file.ts";
import { writeFigures } from "./evaluate-figures.ts";
import { print, printJson } from "./run.ts";

export interface PolicyOptions {
  rooms: number;
  days: number;
  seeds: number[];
  scenario: string;
  policies: string;
  json?: boolean;
  explain?: boolean;
  forecasts: boolean;
  threads?: number;
}

/** Compares policies in one scenario. */
export async function evaluatePolicies(options: PolicyOptions): Promise<void> {
  const { rooms, days } = options;
  const policies = policiesOf(options.policies);
  const scenario = loadScenario(options.scenario);
  const results = await runSeeds({
    ...sizeOf(options),
    scenario,
    policies,
    twin: options.forecasts && policies.includes("act-by"),
    explain: options.explain === true,
  });
  const report = reportOf(results, { scenario: scenario.name, rooms, days, policies });
  if (options.json === true) printJson(jsonOf(report));
  else print(tablesOf(report));
  if (options.explain !== true) return;
  for (const line of results.flatMap(({ explained }) => explained)) process.stderr.write(`${line}\n`);
}

/** The gateway at several costs of a false call. */
export async function evaluateCurve(options: PolicyOptions): Promise<void> {
  const scenario = loadScenario(options.scenario);
  const curve = await runCurve({ ...sizeOf(options), scenario });
  if (options.json === true) printJson({ scenario: scenario.name, seeds: options.seeds, curve });
  else print(curveTable(curve));
}

/** Every scenario, as a page with plots. */
export async function evaluateFigures(options: PolicyOptions, folder: string): Promise<void> {
  await writeFigures(folder, sizeOf(options));
}

function policiesOf(text: string): Comparable[] {
  const asked = text.split(",").filter((name) => name !== "");
  const unknown = asked.filter((name) => !comparable.some((known) => known === name));
  if (unknown.length === 0 && asked.length > 0) return comparable.filter((name) => asked.includes(name));
  const why = asked.length === 0 ? "name at least one policy" : `no policy is called ${unknown.join(", ")}`;
  throw new GreenroomError("INPUT_INVALID", `${why}; there are ${comparable.join(", ")}`);
}

const sizeOf = ({ rooms, days, seeds, threads }: PolicyOptions) => ({
  rooms,
  days,
  seeds,
  ...(threads !== undefined && { threads }),
  ...(process.stderr.isTTY && { onProgress: showProgress }),
});

function showProgress(share: number): void {
  process.stderr.write(`\r${(100 * share).toFixed(0).padStart(3)} %${share >= 1 ? "\n" : ""}`);
}
