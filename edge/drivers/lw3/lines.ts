/** The lines of Lightware's LW3, read strictly: what is none is `undefined`. */

export type Line =
  /** `pr` it can only be read, `pw` it can be set, `CHG` it has changed, unasked. */
  | { kind: "property"; path: string; name: string; value: string; isChange: boolean }
  | { kind: "error"; subject: string; code: number; text: string }
  /** What came of a method: `mO` it was done, `mF` it was not. */
  | { kind: "result"; path: string; isDone: boolean; value: string }
  /** A node, a method's name, a manual page, a subscription that is open or closed: of no use here. */
  | { kind: "other" }
  /** `{0001` and `}` around the answer to a question that was signed. */
  | { kind: "begin"; signature: string }
  | { kind: "end" };

const NODE = String.raw`(?:/[\w-]{1,48}){0,16}/?`;
const PROPERTY = new RegExp(String.raw`^(pr|pw|CHG) (${NODE})\.([\w-]{1,64})=(.{0,1024})$`);
const ERROR = new RegExp(String.raw`^([-npmo]E)(?: ([^%]{0,300}?))? ?%E(\d{3}):? ?(.{0,200})$`);
const RESULT = new RegExp(String.raw`^(mO|mF) (${NODE}:[\w-]{1,64})(?:=(.{0,1024}))?$`);
const OTHER = new RegExp(
  String.raw`^(?:(?:n-|m-|o-|c-|nm|pm|mm) |NEW |DEL )(${NODE}\*?(?:[.:][\w-]{1,64}\*?)?)( .{0,1024})?$`,
);

/** One line without its line end. Never throws. */
export function parseLine(line: string): Line | undefined {
  const begin = /^\{([0-9A-Fa-f]{4})$/.exec(line)?.[1];
  if (begin !== undefined) return { kind: "begin", signature: begin };
  if (line === "}") return { kind: "end" };
  const property = PROPERTY.exec(line);
  if (property !== null) {
    const [, prefix, path = "", name = "", value = ""] = property;
    return { kind: "property", path, name, value: unescape(value), isChange: prefix === "CHG" };
  }
  const error = ERROR.exec(line);
  if (error !== null) {
    const [, , subject = "", code = "", text = ""] = error;
    return { kind: "error", subject, code: Number(code), text };
  }
  const result = RESULT.exec(line);
  if (result !== null)
    return { kind: "result", path: result[2] ?? "", isDone: result[1] === "mO", value: unescape(result[3] ?? "") };
  return OTHER.test(line) ? { kind: "other" } : undefined;
}

/** What means something to the protocol stands behind a backslash: `\ { } # % ( )`, and the ends of lines and tabs. */
const unescape = (value: string): string =>
  value.replaceAll(/\\(.)/g, (_, after: string) => (after === "r" || after === "n" || after === "t" ? " " : after));

/** There is no such thing on this model: not found, not implemented. Other errors are about this moment. */
export const isAbsent = (code: number): boolean => code === 2 || code === 11;
