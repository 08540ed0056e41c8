import { readFileSync } from "node:fs";
import { GreenroomError, messageOf } from "#contract/errors.ts";
import { normal } from "./normal.ts";
import { Scenario } from "./scenario.ts";
import { shipped } from "./scenarios/shipped.ts";

type Json = unknown;

/** A scenario by its name, or from a file that gives only what differs from `normal`. All faults at once. */
export function loadScenario(nameOrFile: string): Scenario {
  const known = shipped.get(nameOrFile);
  if (known !== undefined) return parseScenario(known, nameOrFile);
  if (!nameOrFile.endsWith(".json"))
    throw new GreenroomError(
      "INPUT_INVALID",
      `no scenario is called "${nameOrFile}"; there are ${[...shipped.keys()].join(", ")}, and files that end in .json`,
    );
  let json: Json;
  try {
    json = JSON.parse(readFileSync(nameOrFile, "utf8"));
  } catch (error) {
    throw new GreenroomError("INPUT_INVALID", `${nameOrFile} cannot be read: ${messageOf(error)}`, error);
  }
  return parseScenario(json, nameOrFile);
}

/** Lays what differs over `normal` and checks the whole. */
export function parseScenario(differs: Json, where: string): Scenario {
  if (typeof differs !== "object" || differs === null || Array.isArray(differs))
    throw new GreenroomError("INPUT_INVALID", `${where} is not a scenario: it must be a JSON object`);
  const result = Scenario.safeParse(laidOver(normal, differs));
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => `  ${path.join(".") || "the file"}: ${message}`);
  throw new GreenroomError("INPUT_INVALID", `${where} has ${faults.length} faults:\n${faults.join("\n")}`);
}

/** Objects are laid over each other key by key; everything else is replaced. A distribution is one thing. */
function laidOver(base: Json, over: Json): Json {
  if (!isPlain(base) || !isPlain(over) || isDistribution(base)) return over;
  const result: Record<string, Json> = { ...base };
  for (const [key, value] of Object.entries(over)) result[key] = key in base ? laidOver(base[key], value) : value;
  return result;
}

const isPlain = (value: Json): value is Record<string, Json> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isDistribution = (value: Record<string, Json>): boolean =>
  "median" in value ||
  "mean" in value ||
  "mix" in value ||
  ("from" in value && "to" in value && Object.keys(value).length === 2);
