import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const LINT = join(ROOT, "node_modules/.bin/oxlint");
/** Top-level folders of the product, and which of the others each may import. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  edge: ["contract"],
  gateway: ["contract"],
  server: ["contract"],
  web: ["contract"],
  simulators: ["contract", "gateway"],
};
const FOLDERS = Object.keys(MAY_IMPORT);

/** The rule is about the real configuration, so a copy of it judges a folder of planted files. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "greenroom-lint-"));
  copyFileSync(join(ROOT, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function plant(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

/** What the lint says of that file, by rule. */
async function findings(): Promise<{ file: string; rule: string; message: string }[]> {
  const report = await new Promise<string>((resolve) => {
    execFile(LINT, ["--format=json", "."], { cwd: folder, maxBuffer: 1 << 24 }, (_error, stdout) => resolve(stdout));
  });
  const { diagnostics } = JSON.parse(report) as {
    diagnostics: { filename: string; code: string; message: string; help?: string }[];
  };
  return diagnostics.map(({ filename, code, message, help }) => ({
    file: filename,
    rule: code,
    message: `${message} ${help ?? ""}`,
  }));
}

describe("the layering holds: a planted import across processes is refused", () => {
  const ways: Readonly<Record<string, (to: string) => string>> = {
    "by its name": (to) => `#${to}/main.ts`,
    "by its path": (to) => `../../${to}/main.ts`,
  };
  const cases = FOLDERS.flatMap((from) =>
    FOLDERS.filter((to) => to !== from).flatMap((to) =>
      Object.entries(ways)
        // The web has no name that others could import it by.
        .filter(([way]) => !(to === "web" && way === "by its name"))
        .map(([way, specifier]) => ({
          from,
          to,
          way,
          specifier: specifier(to),
          file: `${from}/deep/from-${from}-to-${to}-${way.replaceAll(" ", "-")}.ts`,
        })),
    ),
  );
  let refused: Set<string>;
  beforeAll(async () => {
    for (const { specifier, file } of cases)
      plant(file, `import { main } from "${specifier}";\nexport const used = main;\n`);
    refused = new Set(
      (await findings()).filter(({ rule }) => rule.includes("no-restricted-imports")).map(({ file }) => file),
    );
  });

  for (const { from, to, way, file } of cases) {
    const isAllowed = MAY_IMPORT[from]?.includes(to) === true;
    it(`${from} ${isAllowed ? "may" : "may not"} import ${to} ${way}`, () => {
      expect(refused.has(file)).toBe(!isAllowed);
    });
  }
});

describe("the layering holds in the code as it is, imports at run time included", () => {
  const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*["'](#|\.\.?\/)([^"']+)["']/g;
  const sources = (from: string): string[] =>
    readdirSync(join(ROOT, from), { recursive: true, encoding: "utf8" }).filter(
      (file) =>
        /\.tsx?$/.test(file) && !/\.(test|suite)\.tsx?$/.test(file) && !/(^|\/)(dist|node_modules)\//.test(file),
    );
  /** The top-level folder that an import leads to. */
  const target = (file: string, kind: string, path: string): string =>
    (kind === "#" ? path : relative(ROOT, resolve(dirname(join(ROOT, file)), kind + path))).split("/")[0] ?? "";

  for (const from of FOLDERS)
    it(`${from} as it is`, () => {
      const files = sources(from);
      expect(files.length).toBeGreaterThan(5);
      const imports = files.flatMap((name) => {
        const file = join(from, name);
        const text = readFileSync(join(ROOT, file), "utf8");
        return [...text.matchAll(IMPORT)].map(([, kind = "", path = ""]) => ({ file, to: target(file, kind, path) }));
      });
      expect(imports.some(({ to }) => to === "contract")).toBe(true);
      const wrong = imports
        .filter(({ to }) => to !== from && FOLDERS.includes(to) && MAY_IMPORT[from]?.includes(to) !== true)
        .map(({ file, to }) => `${file} imports ${to}`);
      expect(wrong).toEqual([]);
    });
});

describe("other rules that must not go silently green", () => {
  it("a cycle is refused", async () => {
    plant("gateway/cycle/a.ts", 'import { b } from "./b.ts";\nexport const a = (): number => b() + 1;\n');
    plant("gateway/cycle/b.ts", 'import { a } from "./a.ts";\nexport const b = (): number => a() + 1;\n');
    const cycles = (await findings()).filter(({ rule }) => rule.includes("no-cycle")).map(({ file }) => file);
    expect(cycles.toSorted()).toEqual(["gateway/cycle/a.ts", "gateway/cycle/b.ts"]);
  });

  it("reading the system's time is refused, but in the one file that does", async () => {
    plant("server/time/now.ts", "export const now = (): number => Date.now();\n");
    plant("contract/system-clock.ts", "export const now = (): number => Date.now();\n");
    const clocks = (await findings()).filter(({ message }) => message.includes("Clock")).map(({ file }) => file);
    expect([...new Set(clocks)]).toEqual(["server/time/now.ts"]);
  });
});

describe("every process folder says on one screen what it is for", () => {
  for (const name of [...FOLDERS, "test"])
    it(`${name}/README.md`, () => {
      const lines = readFileSync(join(ROOT, name, "README.md"), "utf8")
        .trimEnd()
        .split("\n");
      expect(lines.length).toBeLessThanOrEqual(60);
      expect(lines[0]).toMatch(/^# /);
    });

  it("no top-level folder of code is forgotten here", () => {
    const known = new Set([...FOLDERS, "test", "commands", "scripts", "bin", "docs", "deploy", "node_modules"]);
    const found = readdirSync(ROOT, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
      .map(({ name }) => name);
    expect(
      found.filter(
        (name) =>
          !known.has(name) &&
          readdirSync(join(ROOT, name), { recursive: true }).some((file) => String(file).endsWith(".ts")),
      ),
    ).toEqual([]);
  });
});
