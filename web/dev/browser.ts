import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import type { Role } from "#contract/api/views.ts";

/** A real Chromium for tests and screenshots. */
const places = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export const findChromium = (): string | undefined => places.find((place) => place !== undefined && existsSync(place));

export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

export interface View {
  width: number;
  height: number;
  scheme: "light" | "dark";
}
export const phone: View = { width: 390, height: 844, scheme: "light" };
export const desktop: View = { width: 1280, height: 800, scheme: "light" };
export const wallScreen: View = { width: 1920, height: 1080, scheme: "dark" };

/** What a page did that it should not: errors, refusals of its security policy, requests to anywhere else. */
export interface Watched {
  context: BrowserContext;
  page: Page;
  faults: string[];
}

/** Opens a page in a fresh profile, in the building's time zone, and keeps what goes wrong on it. */
export async function openPage(browser: Browser, base: string, view: View): Promise<Watched> {
  const context = await browser.newContext({
    viewport: { width: view.width, height: view.height },
    colorScheme: view.scheme,
    timezoneId: "Europe/Amsterdam",
    locale: "en-GB",
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("console", (message) => {
    const text = message.text();
    // A refused call is part of several stories; the browser says so on its own.
    if (message.type() === "error" && !text.startsWith("Failed to load resource")) faults.push(`console: ${text}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(base) && !request.url().startsWith("data:"))
      faults.push(`elsewhere: ${request.url()}`);
  });
  return { context, page, faults };
}

export async function signInAs(page: Page, base: string, role: Role): Promise<void> {
  await page.goto(`${base}/sign-in?token=fixture-token-${role}`);
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
}
