import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Role } from "#contract/api/views.ts";
import { findChromium, launchChromium, openPage, signInAs, type View } from "./dev/browser.ts";
import { buildWeb } from "./dev/build-web.ts";
import { startFixtureServer } from "./dev/fixture-server.ts";

/**
 * Takes a picture of every page at three widths, light and dark, with fixed data: `node web/screenshots.ts FOLDER [NAME…]`.
 */
interface Shot {
  name: string;
  path: string;
  role: Role;
  /** What is pressed before. */
  click?: string;
  isWhole?: boolean;
}

const shots: readonly Shot[] = [
  { name: "today", path: "/today", role: "facilities" },
  { name: "today-why", path: "/today", role: "facilities", click: "[data-line]:nth-of-type(2) [data-why]" },
  { name: "rooms", path: "/rooms", role: "facilities" },
  { name: "room", path: "/rooms/harbour-house/harbour", role: "facilities", isWhole: true },
  { name: "room-silent", path: "/rooms/harbour-house/cedar", role: "facilities", isWhole: true },
  { name: "visits", path: "/visits", role: "sales" },
  { name: "visits-move", path: "/visits", role: "sales", click: "[data-alternative] button" },
  { name: "promise", path: "/promise?people=6&needs=video_call", role: "sales" },
  { name: "plan", path: "/plan", role: "facilities" },
  { name: "templates", path: "/plan", role: "facilities", click: "[role=tab]:nth-of-type(2)" },
  { name: "needs", path: "/plan", role: "facilities", click: "tbody tr:nth-of-type(2) td:last-child button" },
  { name: "figures", path: "/figures", role: "sales", isWhole: true },
  { name: "receipt", path: "/visits", role: "sales", click: "[data-past=past-1] button" },
  { name: "what-if", path: "/what-if", role: "facilities", click: "form button[type=submit]", isWhole: true },
  { name: "system", path: "/system", role: "admin", isWhole: true },
  { name: "claim", path: "/system", role: "facilities", click: "[aria-label^='Give to Harbour']" },
  { name: "wall", path: "/wall", role: "viewer" },
  { name: "door", path: "/door/harbour-house/harbour", role: "viewer" },
  { name: "door-nudge", path: "/door/harbour-house/magnolia", role: "viewer" },
  { name: "gallery", path: "/gallery", role: "viewer", isWhole: true },
];
const sizes = [
  { width: 390, height: 844 },
  { width: 1_280, height: 800 },
  { width: 1_920, height: 1_080 },
];

const [, , folder, ...wanted] = process.argv;
const chromium = findChromium();
if (folder === undefined || chromium === undefined) {
  process.stderr.write(folder === undefined ? "Say into which folder.\n" : "No Chromium: set CHROMIUM to its path.\n");
  process.exit(2);
}
await mkdir(folder, { recursive: true });
const built = await buildWeb();
const server = await startFixtureServer({ webDir: built.dir });
const browser = await launchChromium(chromium);
try {
  for (const size of sizes) for (const scheme of ["light", "dark"] as const) await takeAll({ ...size, scheme });
} finally {
  await browser.close();
  await server.stop();
  await built.remove();
}

async function takeAll(view: View): Promise<void> {
  for (const shot of shots.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    const { context, page } = await openPage(browser, server.url, view);
    await signInAs(page, server.url, shot.role);
    await page.goto(server.url + shot.path);
    await page.locator("h1").first().waitFor();
    await page.waitForLoadState("networkidle");
    if (shot.click !== undefined) await page.locator(shot.click).first().click();
    await page.evaluate(() => document.fonts.ready);
    // Charts are drawn after their data and their own chunk have come.
    await page.waitForTimeout(600);
    const path = join(folder ?? "", `${shot.name}-${view.width}-${view.scheme}.png`);
    await page.screenshot({ path, fullPage: shot.isWhole === true });
    process.stdout.write(`${path}\n`);
    await context.close();
  }
}
