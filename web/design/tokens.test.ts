import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

/** Measures every pair of ink and ground that is used, by the formula of WCAG 2.2: 4.5 to 1 for text, 3 to 1 for signs. */
const css = readFileSync(new URL("tokens.css", import.meta.url), "utf8");

function blockOf(selector: string): Map<string, string> {
  const start = css.indexOf(`${selector} {`);
  if (start < 0) throw new Error(`tokens.css has no ${selector}`);
  const body = css.slice(start, css.indexOf("\n}", start));
  return new Map(
    [...body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map(([, name = "", value = ""]) => [name, value]),
  );
}

const light = blockOf(":root");
const dark = new Map([...light, ...blockOf(':root[data-mantine-color-scheme="dark"]')]);
const themes = {
  light,
  dark,
  "light, high contrast": new Map([...light, ...blockOf(':root[data-contrast="more"]')]),
  "dark, high contrast": new Map([
    ...dark,
    ...blockOf(':root[data-contrast="more"]'),
    ...blockOf(':root[data-contrast="more"][data-mantine-color-scheme="dark"]'),
  ]),
};
const statuses = ["ready", "degraded", "at_risk", "not_ready", "too_late", "unknown", "maintenance"];

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const grounds = ["canvas", "surface", "raised", "sunken", "hover", "selected"];
const textPairs: [string, string][] = [
  ...grounds.flatMap((ground): [string, string][] => [
    ["ink", ground],
    ["ink-2", ground],
    ["ink-3", ground],
    ["primary-ink", ground],
  ]),
  ["on-primary", "primary"],
  ["on-primary", "primary-hover"],
  ["on-danger", "danger"],
  ["on-danger", "danger-hover"],
  ["surface", "ink"],
  ...statuses.flatMap((status): [string, string][] => [
    [`${status}-ink`, `${status}-tint`],
    [`${status}-ink`, "surface"],
    [`${status}-ink`, "canvas"],
    [`${status}-ink`, "selected"],
    ["ink", `${status}-tint`],
    ["ink-2", `${status}-tint`],
  ]),
];
const signPairs: [string, string][] = statuses.flatMap((status): [string, string][] => [
  [`${status}-solid`, "surface"],
  [`${status}-solid`, "canvas"],
  [`${status}-solid`, `${status}-tint`],
]);

describe.each(Object.entries(themes))("%s", (_, tokens) => {
  const valueOf = (name: string): string => tokens.get(name) ?? `no --${name}`;
  test.each(textPairs)("text: %s on %s", (ink, ground) => {
    expect(contrast(valueOf(ink), valueOf(ground))).toBeGreaterThanOrEqual(4.5);
  });
  test.each(signPairs)("sign: %s on %s", (ink, ground) => {
    expect(contrast(valueOf(ink), valueOf(ground))).toBeGreaterThanOrEqual(3);
  });
});

test("high contrast is higher: text reaches 7 to 1", () => {
  for (const name of ["light, high contrast", "dark, high contrast"] as const)
    for (const ink of ["ink", "ink-2", "ink-3"])
      expect(contrast(themes[name].get(ink) ?? "", themes[name].get("surface") ?? "")).toBeGreaterThanOrEqual(7);
});
