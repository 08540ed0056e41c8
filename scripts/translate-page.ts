import { z } from "zod";
import { SubscriptionMap } from "#gateway/relay/config.ts";
import { translators } from "#gateway/translate/translators.ts";

interface Schema {
  description?: string;
  type?: string;
  enum?: readonly string[];
  default?: unknown;
  anyOf?: readonly Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: readonly string[];
  additionalProperties?: Schema | boolean;
}

const code = (text: string): string => `\`${text.replaceAll("|", "\\|")}\``;

/** Every vendor with its usual topics, and every key of a subscription map. */
export function translatePage(): string {
  const schema = z.toJSONSchema(SubscriptionMap, { io: "input", unrepresentable: "any" }) as Schema;
  const vendors = translators.map(
    ({ name, title, filters, listens = [], every_s }) =>
      `| ${code(name)} | ${title} | ${filters.map(code).join(", ")} | ${listens.map(code).join(", ")} | ${every_s / 60} min |`,
  );
  return `
# Subscription maps: \`translate:\`

Which vendors' gear Greenroom listens to, and where: a list of maps in \`greenroom.yaml\`. How to connect it, step by step:
[connect sensors](../connect-sensors.md).

## Vendors

Reports are expected that often until a device has shown its own rhythm.

| vendor | what it is | listens to, unless \`filter\` says otherwise | its gear may also listen to | expected every |
|---|---|---|---|---|
${vendors.toSorted().join("\n")}
| \`custom\` | anything else, by expressions | (needs a \`filter\`) | | 10 min |

## Keys of a map

| key | type | needed | what it is |
|---|---|---|---|
${rowsOf(schema).join("\n")}
`;
}

function rowsOf(schema: Schema, prefix = ""): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const name = prefix + key;
    const needed = schema.required?.includes(key) === true ? "yes" : "";
    const inner = typeof value.additionalProperties === "object" ? value.additionalProperties : undefined;
    const nested = inner?.properties === undefined ? rowsOf(value, `${name}.`) : rowsOf(inner, `${name}.{name}.`);
    return [`| ${code(name)} | ${typeOf(value)} | ${needed} | ${value.description ?? ""} |`, ...nested];
  });
}

function typeOf(schema: Schema): string {
  const text =
    schema.enum?.map((value) => code(value)).join(" or ") ??
    schema.anyOf?.map(typeOf).join(" or ") ??
    (schema.type === "array" ? `list of ${typeOf(schema.items ?? {})}` : (schema.type ?? "anything"));
  return schema.default === undefined || typeof schema.default === "object"
    ? text
    : `${text}; ${code(JSON.stringify(schema.default))}`;
}
