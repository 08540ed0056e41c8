import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from "vitest";
import type { Role } from "#contract/api/views.ts";
import { desktop, findChromium, launchChromium, openPage, signInAs, type View, type Watched } from "./browser.ts";
import { buildWeb } from "./build-web.ts";
import { type FixtureServer, startFixtureServer } from "./fixture-server.ts";

/** What the stories of a suite in the browser have at hand: a fresh server each, and pages that are watched. */
export interface InBrowser {
  readonly server: FixtureServer;
  /** The page that was opened last, and what went wrong on it. */
  readonly watched: Watched | undefined;
  /** Signed in, at an address, settled. */
  open(path: string, role?: Role, view?: View): Promise<Page>;
  /** A page of nobody, nowhere yet. */
  openBlank(view?: View): Promise<Page>;
  /** Another building in place of the first. */
  restart(options: { rooms: number }): Promise<void>;
}

const chromium = findChromium();
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * The built application in a real browser, against the fixture server, under a policy without any exception. Skipped where
 * there is no Chromium; a failure in CI.
 */
export function describeInBrowser(name: string, stories: (browser: InBrowser) => void): void {
  if (chromium === undefined && process.env["CI"] !== undefined)
    throw new Error("No Chromium: set CHROMIUM to its path.");
  describe.skipIf(chromium === undefined)(`${name}, in a browser`, () => {
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
      // Whatever a story opens (a menu, a dialog, a chart): nothing of it may need an exception from the page's policy.
      const refused = (watched?.faults ?? []).filter((fault) => /content security policy/i.test(fault));
      await watched?.context.close();
      watched = undefined;
      await server.stop();
      expect(refused).toEqual([]);
    });
    const openBlank = async (view: View = desktop): Promise<Page> => {
      watched = await openPage(browser, server.url, view);
      return watched.page;
    };
    stories({
      get server() {
        return server;
      },
      get watched() {
        return watched;
      },
      openBlank,
      async open(path, role = "facilities", view = desktop) {
        const page = await openBlank(view);
        await signInAs(page, server.url, role);
        // Always anew: right after signing in, the headline that is seen may still be that of the sign-in page.
        await page.goto(server.url + path);
        await settle(page);
        return page;
      },
      async restart({ rooms }) {
        await server.stop();
        server = await startFixtureServer({ webDir: built.dir, rooms });
      },
    });
  });
}

interface Violation {
  id: string;
  nodes: { target: string[]; html: string }[];
}

/** What axe finds, in a form that can be acted on. */
export async function violations(page: Page): Promise<string[]> {
  // Colours are judged when nothing is fading in any more.
  await page.waitForFunction(() =>
    document.getAnimations().every((a) => a.playState !== "running" || a.effect?.getTiming().iterations === Infinity),
  );
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { axe: runner } = globalThis as unknown as {
      axe: { run: (root: Document) => Promise<{ violations: Violation[] }> };
    };
    return (await runner.run(document)).violations;
  });
  return found.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.html.slice(0, 160)}`),
  );
}

/** Waits until a page shows what it is for: no skeletons, and its headline. */
export async function settle(page: Page): Promise<void> {
  await page.locator("h1").first().waitFor();
  await page.waitForFunction(
    () => document.querySelector('[data-state="loading"]:not([data-gallery-state] *)') === null,
  );
}
