/** Lists what Stryker's report says: `node test/mutants/list.ts`, with the beginning of a path for every mutant that lives there. */
import { readFileSync } from "node:fs";
import { type Reason, reasons } from "./reasons.ts";

interface Mutant {
  mutatorName: string;
  replacement: string;
  status: "Killed" | "Timeout" | "Survived" | "NoCoverage" | "Ignored";
  location: { start: { line: number; column: number }; end: { line: number; column: number } };
}
interface Report {
  files: Record<string, { source: string; mutants: Mutant[] }>;
}
interface Living {
  file: string;
  line: number;
  code: string;
  change: string;
  isReached: boolean;
  reason: string | undefined;
}
interface Tally {
  tried: number;
  noticed: number;
  explained: number;
  ignored: number;
}

const folderOf = (file: string): string => file.slice(0, file.lastIndexOf("/"));
const percent = (part: number, of: number): string => `${((100 * part) / Math.max(1, of)).toFixed(1)} %`;

const reasonOf = (file: string, code: string): Reason | undefined =>
  reasons.find(({ where }) => where.some(([path, part]) => file.startsWith(path) && code.includes(part)));

function livingOf(file: string, source: string, { location, replacement, mutatorName, status }: Mutant): Living {
  const { start, end } = location;
  const code = source.split("\n")[start.line - 1] ?? "";
  const old = code.slice(start.column - 1, start.line === end.line ? end.column - 1 : undefined);
  return {
    file,
    line: start.line,
    code: code.trim(),
    change: `${mutatorName}: ${old} → ${replacement.replaceAll(/\s+/g, " ").slice(0, 80)}`,
    isReached: status === "Survived",
    reason: reasonOf(file, code)?.reason,
  };
}

function read(path: string): { tallies: Map<string, Tally>; living: Living[] } {
  const report = JSON.parse(readFileSync(path, "utf8")) as Report;
  const tallies = new Map<string, Tally>();
  const living: Living[] = [];
  for (const [file, { source, mutants }] of Object.entries(report.files)) {
    for (const mutant of mutants) {
      const isLiving = mutant.status === "Survived" || mutant.status === "NoCoverage";
      const one = isLiving ? livingOf(file, source, mutant) : undefined;
      if (one !== undefined) living.push(one);
      for (const name of [folderOf(file), "all"]) {
        const tally = tallies.get(name) ?? { tried: 0, noticed: 0, explained: 0, ignored: 0 };
        if (mutant.status === "Ignored") tally.ignored += 1;
        else tally.tried += 1;
        if (mutant.status === "Killed" || mutant.status === "Timeout") tally.noticed += 1;
        if (one?.reason !== undefined) tally.explained += 1;
        tallies.set(name, tally);
      }
    }
  }
  return { tallies, living };
}

const counted = (names: readonly string[]): [string, number][] => {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1]);
};

function print(path: string, under: string | undefined): void {
  const { tallies, living } = read(path);
  if (under !== undefined) {
    for (const { file, line, code, change, reason } of living.filter(({ file }) => file.startsWith(under)))
      console.log(`${file}:${line} ${change}\n    ${code}${reason === undefined ? "" : `\n    (${reason})`}`);
    return;
  }
  console.log("| folder | mutants | noticed | live for a reason | live, not looked at | at start only, not tried |");
  console.log("| --- | --: | --: | --: | --: | --: |");
  for (const [name, { tried, noticed, explained, ignored }] of [...tallies].toSorted(([a], [b]) => (a < b ? 1 : -1)))
    console.log(
      `| ${name} | ${tried} | ${percent(noticed, tried)} | ${explained} | ${tried - noticed - explained} | ${ignored} |`,
    );
  console.log("\n| why they may live | mutants |\n| --- | --: |");
  for (const [reason, n] of counted(living.flatMap(({ reason }) => reason ?? []))) console.log(`| ${reason} | ${n} |`);
  console.log("\n| live and not looked at, by file | mutants | of them reached by no test |\n| --- | --: | --: |");
  const open = living.filter(({ reason }) => reason === undefined);
  for (const [file, n] of counted(open.map(({ file }) => file)))
    console.log(`| ${file} | ${n} | ${open.filter((each) => each.file === file && !each.isReached).length} |`);
}

print(process.env["MUTANTS_REPORT"] ?? "reports/mutation/mutation.json", process.argv[2]);
