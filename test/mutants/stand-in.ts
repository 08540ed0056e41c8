import { format } from "node:util";

/** One test of a file, as its file declared it. */
export interface Declared {
  name: string;
  body: () => unknown;
}

type Body = () => unknown;
/** `(name, body)`, or `(name, options, body)`: no option of Vitest's matters here. */
type Rest = readonly [Body, unknown?] | readonly [object, Body];

const bodyOf = ([first, second]: Rest): Body => (typeof first === "function" ? first : second) as Body;

const groups: string[] = [];
let declared: Declared[] = [];

/** What a test file gets for `vitest` when tests run without Vitest: it notes tests, and the runner calls them. */
export function describe(name: string, ...rest: Rest): void {
  groups.push(name);
  bodyOf(rest)();
  groups.pop();
}

const each =
  (rows: readonly unknown[]) =>
  (name: string, body: (...row: unknown[]) => unknown): void => {
    for (const row of rows) {
      const cells = Array.isArray(row) ? row : [row];
      it(format(name, ...cells), () => body(...cells));
    }
  };

export const it = Object.assign(
  (name: string, ...rest: Rest): void => {
    const full = [...groups, name].join(" > ");
    const before = declared.filter((test) => test.name === full || test.name.startsWith(`${full} #`)).length;
    declared.push({ name: before === 0 ? full : `${full} #${before + 1}`, body: bodyOf(rest) });
  },
  { each },
);

/** The tests declared since it was last asked. */
export function takeDeclared(): Declared[] {
  const taken = declared;
  declared = [];
  return taken;
}

export { expect } from "vitest";
