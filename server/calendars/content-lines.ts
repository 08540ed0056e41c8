import type { CalendarFault } from "./calendar-fault.ts";

/** One unfolded content line of iCalendar (RFC 5545 §3.1) with where it began. */
export interface ContentLine {
  name: string;
  params: ReadonlyMap<string, string>;
  value: string;
  line: number;
}

const LONGEST_LINE = 65_536;
const NAME = /^[A-Za-z0-9-]+$/;

/**
 * Unfolds and splits a calendar's text. Lines that cannot be split become faults; whatever can be read around them is.
 * Tolerates bare LF or CR line ends, a byte-order mark, blank lines and indented component starts.
 */
export function readContentLines(text: string, faults: CalendarFault[]): ContentLine[] {
  const lines: ContentLine[] = [];
  let folded = "";
  let begins = 0;
  const flush = (): void => {
    const whole = folded.trim();
    folded = "";
    if (whole === "") return;
    const parsed = whole.length > LONGEST_LINE ? undefined : splitLine(whole, begins);
    if (parsed === undefined)
      faults.push({
        line: begins,
        where: whole.slice(0, 60),
        why:
          whole.length > LONGEST_LINE
            ? `is longer than ${LONGEST_LINE} characters`
            : "is not a content line (NAME:value)",
      });
    else lines.push(parsed);
  };
  const physical = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  for (const [index, line] of physical.entries()) {
    const continues = (line.startsWith(" ") || line.startsWith("\t")) && !/^\s+(BEGIN|END):/i.test(line);
    if (continues && (folded !== "" || lines.length > 0)) {
      folded += line.slice(1);
      continue;
    }
    // A blank line between a line and its continuation is a habit of some exporters (CR CR LF): it does not end the line.
    if (line === "" && /^[ \t]/.test(physical[index + 1] ?? "")) continue;
    flush();
    if (/^\s+BEGIN:/i.test(line))
      faults.push({
        line: index + 1,
        where: line.trim().slice(0, 60),
        why: "is indented, which would continue the line before; it is taken as a line of its own",
      });
    folded = line;
    begins = index + 1;
  }
  flush();
  return lines;
}

function splitLine(text: string, line: number): ContentLine | undefined {
  let at = 0;
  while (at < text.length && text[at] !== ":" && text[at] !== ";") at += 1;
  const name = text.slice(0, at).trim();
  if (at === text.length || !NAME.test(name)) return undefined;
  const params = new Map<string, string>();
  while (text[at] === ";") {
    const end = endOfParam(text, at + 1);
    const param = text.slice(at + 1, end);
    const equals = param.indexOf("=");
    if (equals > 0) params.set(param.slice(0, equals).trim().toUpperCase(), unquote(param.slice(equals + 1)));
    else if (param.trim() !== "") return undefined;
    at = end;
  }
  return text[at] === ":" ? { name: name.toUpperCase(), params, value: text.slice(at + 1), line } : undefined;
}

/** A parameter ends at the next `;` or `:` outside quotes; an unclosed quote ends with the line's last colon. */
function endOfParam(text: string, from: number): number {
  let quoted = false;
  for (let at = from; at < text.length; at++) {
    const c = text[at];
    if (c === '"') quoted = !quoted;
    else if (!quoted && (c === ";" || c === ":")) return at;
  }
  const colon = text.lastIndexOf(":");
  return colon > from ? colon : text.length;
}

const unquote = (text: string): string => text.trim().replaceAll('"', "");

/** Undoes the escapes of a TEXT value (RFC 5545 §3.3.11). */
export const unescapeText = (text: string): string =>
  text.replaceAll(/\\([\\;,nN])/g, (_, c: string) => (c === "n" || c === "N" ? "\n" : c));
