import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { desktop, findChromium, launchChromium, openPage, type Watched } from "../../web/dev/browser.ts";
import { webIsBuilt } from "../../commands/web-dir.ts";
import { WholeProgram } from "./whole-program.ts";

/** The real server's pages in a real browser: its security policies are strict, and nothing it serves needs more than they allow. */
const chromium = findChromium();
const canRun = chromium !== undefined && webIsBuilt();
if (!canRun && process.env["CI"] !== undefined)
  throw new Error("This needs Chromium (CHROMIUM) and the built web application (npm run build).");

let program: WholeProgram;
let browser: Browser;
let watched: Watched | undefined;
let bad: string[] = [];
beforeAll(async () => {
  if (!canRun) return;
  program = await WholeProgram.start({ config: { sample: true } });
  await program.judges();
  browser = await launchChromium(chromium ?? "");
});
afterAll(async () => {
  await browser?.close();
  await program?.dispose();
});
afterEach(async () => {
  await watched?.context.close();
  watched = undefined;
});

/** A page that keeps what its policy refuses, and what it asked for in vain. */
async function open(): Promise<Page> {
  watched = await openPage(browser, program.url, desktop);
  bad = watched.faults;
  const { page } = watched;
  page.on("response", (answer) => {
    if (answer.status() >= 400) bad.push(`${answer.status()}: ${answer.url()}`);
  });
  return page;
}

/** As the person does who started it. */
async function signIn(page: Page): Promise<void> {
  const link = /facilities +(http\S+)/.exec(program.said)?.[1] ?? "";
  await page.goto(link);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.pathname !== "/sign-in");
}

test.skipIf(!canRun)("the page that a sign-in link leads to lacks nothing, and shows as it should", async () => {
  const page = await open();
  await page.goto(`${program.url}/sign-in?token=a-token-that-nobody-has-given`);
  await page.getByRole("alert").waitFor();
  const { display } = await page.evaluate(() => ({ display: getComputedStyle(document.body).display }));
  expect(display, "its style is applied").toBe("grid");
  expect(bad.filter((fault) => !fault.startsWith("410: "))).toEqual([]);
});

test.skipIf(!canRun)("every page of the application, live, under the server's own policy", async () => {
  const page = await open();
  await signIn(page);
  const room = (await (await program.as("facilities")).rooms())[0];
  const paths = [
    "/today",
    "/rooms",
    `/rooms/${room?.site}/${room?.room}`,
    "/plan",
    "/system",
    "/wall",
    "/visits",
    "/promise",
  ];
  for (const path of [...paths, `/door/${room?.site}/${room?.room}`]) {
    const answer = await page.goto(program.url + path);
    expect(answer?.headers()["content-security-policy"]).not.toMatch(/unsafe|data:|ws|\*/);
    await page.locator("h1").first().waitFor();
    await page.waitForFunction(() => document.querySelector('[data-state="loading"]') === null);
  }
  // The live feed's socket is allowed by 'self'.
  await page.goto(`${program.url}/rooms`);
  await page.locator('[data-testid="live-chip"][data-state="live"]').waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").waitFor();
  expect(bad).toEqual([]);
});

test.skipIf(!canRun)("the description of the interface, with its own policy", async () => {
  const page = await open();
  await page.goto(`${program.url}/api/v1/docs`);
  await page.locator(".opblock").first().waitFor();
  expect(bad).toEqual([]);
});

test.skipIf(!canRun)("what the policy forbids is refused and seen: this test can fail", async () => {
  const page = await open();
  await page.goto(`${program.url}/sign-in`);
  await page.locator("h1").first().waitFor();
  await page.addStyleTag({ content: "h1 { color: red }" }).catch(() => {});
  await page.evaluate(() => {
    document.body.setAttribute("onclick", "document.title = 'run'");
    document.body.click();
    const picture = new Image();
    picture.src = "data:image/gif;base64,R0lGODlhAQABAAAAACw=";
    document.body.append(picture);
    // oxlint-disable-next-line no-new -- the attempt is the point
    new WebSocket("ws://127.0.0.1:9/");
  });
  for (const directive of ["style-src", "script-src", "img-src", "connect-src"])
    await expect
      .poll(() => bad.filter((fault) => fault.includes("Content Security Policy") && fault.includes(directive)))
      .not.toEqual([]);
  expect(await page.title()).not.toBe("run");
});
