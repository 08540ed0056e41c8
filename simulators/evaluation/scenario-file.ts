import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { GreenroomError, messageOf } from "#contract/errors.ts";
import { normal } from "./normal.ts";
import { Scenario } from "./scenario.ts";
import { faultsAcross } from "./scenario-order.ts";

type Json = unknown;

const SHIPPED = new URL("./scenarios/", import.meta.url);

/** The names of the scenarios that come with Greenroom, `normal` first. */
export const shippedScenarios = (): string[] =>
  readdirSync(SHIPPED)
    .map((file) => file.replace(/\.json$/, ""))
    .toSorted((a, b) => Number(b === "normal") - Number(a === "normal") || (a < b ? -1 : 1));

/** A scenario by its name, or from a file that gives only what differs from `normal`. All faults at once. */
export function loadScenario(nameOrFile: string): Scenario {
  const names = shippedScenarios();
  if (names.includes(nameOrFile)) return readScenario(new URL(`${nameOrFile}.json`, SHIPPED), nameOrFile);
  if (nameOrFile.endsWith(".json")) return readScenario(nameOrFile, nameOrFile);
  throw new GreenroomError(
    "INPUT_INVALID",
    `no scenario is called "${nameOrFile}"; there are ${names.join(", ")}, and files that end in .json`,
  );
}

function readScenario(file: string | URL, name: string): Scenario {
  let json: Json;
  try {
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new GreenroomError("INPUT_INVALID", `${name} cannot be read: ${messageOf(error)}`, error);
  }
  return parseScenario(json, name);
}

/** Lays what differs over `normal` and checks the whole. */
export function parseScenario(differs: Json, where: string): Scenario {
  if (typeof differs !== "object" || differs === null || Array.isArray(differs))
    throw new GreenroomError("INPUT_INVALID", `${where} is not a scenario: it must be a JSON object`);
  const name = basename(where, ".json");
  const whole = laidOver({ ...normal, name, description: "" }, differs);
  const result = Scenario.safeParse(whole);
  const shapes = result.success
    ? []
    : result.error.issues.map(({ path, message }) => `${path.join(".") || "the file"}: ${message}`);
  const faults = [...shapes, ...faultsAcross(whole)];
  if (result.success && faults.length === 0) return result.data;
  throw new GreenroomError("INPUT_INVALID", `${where} has ${faults.length} faults:\n  ${faults.join("\n  ")}`);
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
