import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  desktop,
  findChromium,
  launchChromium,
  openPage,
  phone,
  signInAs,
  type View,
  type Watched,
} from "./dev/browser.ts";
import { buildWeb } from "./dev/build-web.ts";
import { type FixtureServer, startFixtureServer } from "./dev/fixture-server.ts";

/** Giving devices to rooms, in a real browser against the fixture server. */
const chromium = findChromium();
if (chromium === undefined && process.env["CI"] !== undefined)
  throw new Error("No Chromium: set CHROMIUM to its path.");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

async function violations(page: Page): Promise<string[]> {
  await page.waitForFunction(() => document.getAnimations().every((a) => a.playState !== "running"));
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe: runner } = globalThis as unknown as {
      axe: { run: (root: Document) => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    return (await runner.run(document)).violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`),
    );
  });
}

describe.skipIf(chromium === undefined)("devices without a room", () => {
  let browser: Browser;
  let built: Awaited<ReturnType<typeof buildWeb>>;
  let server: FixtureServer;
  let watched: Watched | undefined;
  beforeAll(async () => {
    built = await buildWeb();
    browser = await launchChromium(chromium ?? "");
  });
  afterAll(async () => {
    await browser.close();
    await built.remove();
  });
  beforeEach(async () => {
    server = await startFixtureServer({ webDir: built.dir });
  });
  afterEach(async () => {
    await watched?.context.close();
    await server.stop();
  });
  async function open(path: string, view: View = desktop): Promise<Page> {
    watched = await openPage(browser, server.url, view);
    await signInAs(watched.page, server.url, "facilities");
    await watched.page.goto(server.url + path);
    return watched.page;
  }

  test.each([desktop, phone, { ...desktop, scheme: "dark" } as View, { ...phone, scheme: "dark" } as View])(
    "two clicks give a device that says where it hangs to its room ($width wide, $scheme)",
    async (view) => {
      const page = await open("/system", view);
      await page.getByRole("button", { name: "Give to Harbour: Harbour air" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("button", { name: "Give to Harbour" }).waitFor();
      expect(await violations(page)).toEqual([]);
      await dialog.getByRole("button", { name: "Give to Harbour" }).click();
      await dialog.waitFor({ state: "hidden" });
      await page.getByText("Harbour air is in Harbour").waitFor();
      await page.getByRole("button", { name: /Harbour air$/ }).waitFor({ state: "detached" });
      expect(server.claims).toEqual([
        {
          via: "zigbee2mqtt",
          device: "Harbour air",
          room: "harbour-house/harbour",
          name: "Harbour air",
          room_air: true,
        },
      ]);
    },
  );

  test("one that says nothing is named and placed by hand; a refusal is shown and nothing is lost", async () => {
    const page = await open("/system");
    await page.getByRole("button", { name: /Choose a room: 24e/ }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("combobox", { name: "Room" }).click();
    await page.getByRole("option", { name: /^Lotus/ }).click();
    await dialog.getByLabel("Name").fill("taken");
    await dialog.getByRole("switch", { name: "It measures the room’s air" }).uncheck();
    await dialog.getByRole("button", { name: "Give to Lotus" }).click();
    await dialog.getByRole("alert").getByText("claimed by Cedar").waitFor();
    await dialog.getByLabel("Name").fill("Presence");
    await dialog.getByRole("button", { name: "Give to Lotus" }).click();
    await dialog.waitFor({ state: "hidden" });
    expect(server.claims).toMatchObject([{ name: "Presence", room: "harbour-house/lotus", room_air: false }]);
  });

  test("the board says that devices wait, and a room's device is moved and taken off", async () => {
    const page = await open("/rooms");
    await page.getByRole("link", { name: "3 devices wait for a room" }).click();
    await page.getByRole("heading", { name: "Devices without a room" }).waitFor();
    await page.goto(`${server.url}/rooms/harbour-house/harbour`);
    const change = page.getByRole("button", { name: /^Change / }).first();
    await change.click();
    await page.getByRole("menuitem", { name: "Move to another room" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("combobox", { name: "To" }).click();
    await page.getByRole("option", { name: /^Lotus/ }).click();
    await dialog.getByRole("button", { name: "Move to Lotus" }).click();
    await dialog.waitFor({ state: "hidden" });
    await change.click();
    await page.getByRole("menuitem", { name: "Take it off the room" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Take it off" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("dialog").getByRole("button", { name: "Take it off" }).click();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    expect(server.claims).toMatchObject([
      { to: "harbour-house/lotus" },
      { released: ["harbour-house", "harbour", "devices", expect.any(String)] },
    ]);
  });
});
