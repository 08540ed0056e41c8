import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { figuresPage } from "#simulators/evaluation/figures/page.ts";
import { plotCosts, plotLeads, plotReliability, plotScenarios } from "#simulators/evaluation/figures/plots.ts";
import { runCurve } from "#simulators/evaluation/run/curve.ts";
import { type Report, reportOf } from "#simulators/evaluation/run/evaluate.ts";
import { type Comparable, comparable } from "#simulators/evaluation/run/policy-names.ts";
import { runSeeds } from "#simulators/evaluation/run/run-seeds.ts";
import { loadScenario, shippedScenarios } from "#simulators/evaluation/scenario-file.ts";

export interface FiguresOptions {
  rooms: number;
  days: number;
  seeds: readonly number[];
  threads?: number;
  onProgress?: (share: number) => void;
}

const STRESSED: readonly Comparable[] = ["act-by", "threshold-4h", "fixed-30", "clairvoyant"];

/** Plays every scenario that comes with Greenroom and writes the page of figures with its plots. */
export async function writeFigures(folder: string, options: FiguresOptions): Promise<void> {
  const { rooms, days, seeds, threads, onProgress } = options;
  const names = shippedScenarios();
  const base = { rooms, days, seeds, ...(threads !== undefined && { threads }) };
  const steps = names.length + 1;
  const step = (i: number) =>
    onProgress === undefined ? {} : { onProgress: (share: number) => onProgress((i + share) / steps) };
  const reports: Report[] = [];
  for (const [i, name] of names.entries()) {
    const scenario = loadScenario(name);
    const policies = name === "normal" ? comparable : STRESSED;
    const results = await runSeeds({ ...base, scenario, policies, twin: true, explain: false, ...step(i) });
    reports.push(reportOf(results, { scenario: name, rooms, days, policies }));
  }
  const [normal] = reports;
  if (normal === undefined) throw new RangeError("no scenario is shipped");
  const curve = await runCurve({ ...base, scenario: loadScenario("normal"), ...step(names.length) });
  const page = figuresPage({
    command: `greenroom evaluate --figures --rooms ${rooms} --days ${days} --seeds ${seeds.join(",")}`,
    normal,
    curve,
    scenarios: reports,
    descriptions: new Map(names.map((name) => [name, loadScenario(name).description])),
  });
  const images = join(folder, "images");
  mkdirSync(images, { recursive: true });
  writeFileSync(join(folder, "evaluation.md"), page);
  writeFileSync(join(images, "evaluation-reliability.svg"), plotReliability(normal));
  writeFileSync(join(images, "evaluation-costs.svg"), plotCosts(normal, curve));
  writeFileSync(join(images, "evaluation-leads.svg"), plotLeads(normal));
  writeFileSync(join(images, "evaluation-scenarios.svg"), plotScenarios(reports));
}
