import { z } from "zod";
import { normal } from "#simulators/evaluation/normal.ts";
import { Scenario } from "#simulators/evaluation/scenario.ts";

interface Schema {
  description?: string;
  properties?: Record<string, Schema>;
  required?: readonly string[];
  [key: string]: unknown;
}

/** The JSON schema of a scenario file: one that gives only what differs from `normal`. */
export function scenarioSchema(): string {
  const schema = z.toJSONSchema(Scenario, { io: "input" }) as Schema;
  const own = { ...withoutRequired(schema), title: "Scenario of greenroom evaluate: what differs from normal" };
  return `${JSON.stringify(own, undefined, 2)}\n`;
}

/** Nothing is needed of an object that is laid over another; what is replaced as a whole stays as it is. */
function withoutRequired(schema: Schema): Schema {
  if (schema.properties === undefined) return schema;
  const { required: _, ...rest } = schema;
  const properties = Object.entries(schema.properties).map(([key, value]) => [key, withoutRequired(value)] as const);
  return { ...rest, properties: Object.fromEntries(properties) };
}

/** Every value of a scenario with what it is in `normal`. */
export function scenarioPage(): string {
  const schema = z.toJSONSchema(Scenario, { io: "input" }) as Schema;
  return `
# Scenarios

What a world of \`greenroom evaluate\` is made of. A scenario file is JSON and gives only what differs from \`normal\`; objects are laid over
it key by key, lists and distributions are replaced. Schema: [scenario.schema.json](scenario.schema.json). Those that come with Greenroom:
[simulators/evaluation/scenarios](../../simulators/evaluation/scenarios). Minutes unless the key says otherwise; minutes of a day count
from the start of the building's day.

Distributions: \`{"median", "spread"}\` is log-normal (spread: sd of the logarithm), \`{"mean"}\` exponential, \`{"from", "to"}\` uniform,
\`{"mix": [{"share", "of"}]}\` one of them.

| key | normal | what it is |
|---|---|---|
${rowsOf(schema, normal, "").join("\n")}
`;
}

function rowsOf(schema: Schema, value: unknown, prefix: string): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => {
    const own = (value as Record<string, unknown>)[key];
    const name = `${prefix}${key}`;
    const about = `| \`${name}\` | ${inner.properties === undefined ? `\`${JSON.stringify(own)}\`` : ""} | ${inner.description ?? ""} |`;
    const rows = inner.properties === undefined ? [] : rowsOf(inner, own, `${name}.`);
    return inner.properties !== undefined && inner.description === undefined ? rows : [about, ...rows];
  });
}
