import type { Parsed } from "#contract/errors.ts";
import { readableText } from "#edge/drivers/device-failure.ts";
import { type Line, parseLine } from "#edge/drivers/lw3/lines.ts";
import { portOf, portsOf, type Property, readProperty } from "#edge/drivers/lw3/readings.ts";
import { Told } from "#edge/drivers/told.ts";
import { type Answer, answered, excerpt, type Heard, refuse, type Says } from "./answer.ts";

const MOST_LINES = 1_000;

/** An answer, or several, of a Lightware device; a question may have been signed. */
export function decodeLw3({ text }: Heard): Parsed<Answer> {
  if (!/[\r\n]$/.test(text))
    return refuse("DEVICE_GARBAGE", "payload", "does not end with a line end: it may be cut off");
  const lines = text.split(/\r?\n/).filter((line) => line !== "");
  if (lines.length === 0 || lines.length > MOST_LINES)
    return refuse("DEVICE_GARBAGE", "payload", `must be 1 to ${MOST_LINES} lines`);
  const told = new Told();
  const says: Says = {};
  let isOpen = false;
  for (const [i, line] of lines.entries()) {
    const read = parseLine(line);
    if (read === undefined) return refuse("DEVICE_GARBAGE", `line ${i + 1}`, `is no LW3: ${excerpt(line)}`);
    if (read.kind === "begin" || read.kind === "end") {
      if (isOpen === (read.kind === "begin"))
        return refuse(
          "DEVICE_GARBAGE",
          `line ${i + 1}`,
          "the answer to a signed question begins with { and ends with }",
        );
      isOpen = !isOpen;
    }
    if (read.kind === "property") readProperty(read, {}, told);
    merge(says, factOf(read));
  }
  if (isOpen) return refuse("DEVICE_GARBAGE", "payload", "ends before the answer does");
  const parsed = told.parsed("property");
  return parsed.ok ? answered("lw3", parsed.value, says) : parsed;
}

/** What a line tells that speaks for a room only where the configuration names its ports, or is no metric at all. */
function factOf(line: Line): Says {
  if (line.kind === "error")
    return { error: `E${String(line.code).padStart(3, "0")}`, why: readableText(line.text) || "an error" };
  if (line.kind === "result")
    return line.isDone ? { accepted: true } : { accepted: false, why: readableText(line.value) };
  if (line.kind !== "property") return {};
  return { ...propertyFact(line), ...(line.isChange && { event: "change" }) };
}

/** What each fact of a port is called. */
const FACTS = { signal: "signal", muted: "mute", source: "source" } as const;

function propertyFact(property: Property): Says {
  const { path, name, value } = property;
  if (name === "ProductName") return { model: readableText(value) };
  if (name === "SerialNumber") return { serial: readableText(value) };
  if (name === "FirmwareVersion" || (name === "Version" && portOf(path) === "PACKAGE"))
    return { firmware: readableText(value) };
  const ports = Object.entries(portsOf(property, new Told()) ?? {});
  const says: Says = {};
  for (const [fact, called] of Object.entries(FACTS)) {
    const told = ports.flatMap(([port, facts]) => {
      const is = facts[fact as keyof typeof FACTS];
      return is === undefined ? [] : [[port, is]];
    });
    if (told.length > 0) says[called] = Object.fromEntries(told);
  }
  return says;
}

/** Ports of several lines stand beside each other. */
function merge(into: Says, more: Says): void {
  for (const [key, value] of Object.entries(more)) {
    const has = into[key];
    into[key] = typeof has === "object" && typeof value === "object" ? { ...has, ...value } : value;
  }
}
