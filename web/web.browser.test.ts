import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import type { AlertView, Role } from "#contract/api/views.ts";
import { desktop, phone, signInAs, type View, wallScreen } from "./dev/browser.ts";
import { describeInBrowser, settle, violations } from "./dev/browser-suite.ts";
import type { FixtureServer } from "./dev/fixture-server.ts";

const pages: readonly [string, Role][] = [
  ["/today", "facilities"],
  ["/rooms", "facilities"],
  ["/rooms/harbour-house/harbour", "facilities"],
  ["/rooms/harbour-house/cedar", "sales"],
  ["/visits", "sales"],
  ["/promise?people=6&needs=video_call&room=harbour-house/victoria", "sales"],
  ["/plan", "facilities"],
  ["/figures", "sales"],
  ["/what-if", "facilities"],
  ["/system", "admin"],
  ["/wall", "viewer"],
  ["/door/harbour-house/harbour", "viewer"],
  ["/door/harbour-house/magnolia", "viewer"],
  ["/gallery", "viewer"],
];

const views: readonly View[] = [
  phone,
  desktop,
  { ...desktop, scheme: "dark" },
  { ...phone, scheme: "dark" },
  wallScreen,
];

describeInBrowser("the application", (browser) => {
  describe.each(views)("$width wide, $scheme", (view) => {
    test.each(pages)(
      "%s fits, breaks no rule of its policy, asks nobody else, and axe finds nothing",
      async (path, role) => {
        const page = await browser.open(path, role, view);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(overflow).toBeLessThanOrEqual(0);
        expect(await violations(page)).toEqual([]);
        expect(browser.watched?.faults).toEqual([]);
      },
    );
  });

  test("axe: sign-in, opened work, a menu, a dialog and the search have no violation", async () => {
    const page = await browser.open("/today", "facilities");
    await page.locator("[data-why]").nth(1).click();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Assign" }).first().click();
    await page.getByRole("menuitem").first().waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.goto(`${browser.server.url}/plan`);
    await page.getByRole("tab", { name: "Maintenance" }).click();
    await page.getByRole("button", { name: "Plan maintenance" }).click();
    await page.getByRole("dialog").getByLabel("What is done").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.context().clearCookies();
    await page.goto(`${browser.server.url}/sign-in`);
    await settle(page);
    expect(await violations(page)).toEqual([]);
  });

  test("signing in: a wrong password is refused in words, the right one leads to the day", async () => {
    const page = await browser.openBlank();
    await page.goto(`${browser.server.url}/rooms`);
    await page.getByLabel("E-mail").fill("facilities@example.com");
    await page.getByLabel(/^Password/).fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").getByText("E-mail or password is wrong.").waitFor();
    await page.getByLabel(/^Password/).fill("greenroom");
    await page.getByRole("button", { name: "Sign in" }).click();
    // Back to where one wanted to go.
    await page.waitForURL(/\/rooms$/);
    await page.getByRole("heading", { level: 1, name: "Rooms" }).waitFor();
  });

  test("the work list is worked through from the keyboard", async () => {
    const page = await browser.open("/today", "facilities");
    await page.locator("[data-line]").first().waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    const current = page.locator("[data-line][data-current]");
    expect(await current.getAttribute("data-line")).toBe("alert-harbour-0930");
    await page.keyboard.press("o");
    await current.getByText("If nobody acts").waitFor();
    await page.keyboard.press("a");
    await current.getByText(/Priya Nair took it at 08:4/).waitFor();
    await page.keyboard.press("s");
    await page.getByRole("menu").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("menu").waitFor({ state: "hidden" });
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await page.keyboard.press("Control+k");
    await page.locator("input[role=combobox]:focus").waitFor();
    await page.keyboard.type("lotus");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Lotus" }).waitFor();
  });

  test("a change in the building moves its card, and nothing is loaded again", async () => {
    const page = await browser.open("/rooms", "facilities");
    const tile = page.locator('[data-room="harbour-house/maple"]');
    await tile.getByText("Ready").waitFor();
    // What the page fetches ahead for other pages is not counted.
    await page.waitForLoadState("networkidle");
    const loads = countLoads(page);
    const maple = browser.server.building.rooms.find((room) => room.name === "Maple");
    if (maple === undefined) throw new Error("no Maple");
    browser.server.send({
      rooms: [{ ...maple, outcome: "not_ready", score: 30, sentence: "Codec not registered for 4 min." }],
    });
    await tile.getByText("Not ready").waitFor();
    await tile.getByText("Codec not registered for 4 min.").waitFor();
    expect(loads()).toBe(0);
  });

  test("work never moves under a pointer; what is new waits behind a pill, and is told to a screen reader", async () => {
    const page = await browser.open("/today", "facilities");
    const lines = page.locator("[data-line]");
    const order = (): Promise<(string | null)[]> =>
      lines.evaluateAll((all) => all.map((one) => one.getAttribute("data-line")));
    await lines.first().hover();
    const before = await order();
    browser.server.send({ alerts: [urgent(browser.server)] });
    await page.getByRole("button", { name: "1 new" }).waitFor();
    expect(await order()).toEqual(before);
    expect(await page.getByTestId("alert-announcer").textContent()).toContain("New: Heron");
    await page.mouse.move(1_200, 400);
    await page.waitForFunction(() => document.querySelector("[data-line]")?.getAttribute("data-line") === "alert-new");
    expect(await page.getByRole("button", { name: "1 new" }).count()).toBe(0);
  });

  test("offline is said with its age; back again, what was missed is there", async () => {
    const page = await browser.open("/rooms", "facilities");
    await page.locator('[data-testid="live-chip"][data-state="live"]').waitFor();
    browser.server.drop({ refuse: true });
    await page.locator('[data-testid="feed-banner"][data-state="offline"]').waitFor();
    expect(await page.getByTestId("feed-banner").textContent()).toMatch(
      /No connection to the server; trying again\. What you see is as of/,
    );
    const maple = browser.server.building.rooms.find((room) => room.name === "Maple");
    if (maple === undefined) throw new Error("no Maple");
    browser.server.send({ rooms: [{ ...maple, sentence: "Somebody is cleaning until 09:10." }] });
    browser.server.accept();
    await page.locator('[data-testid="live-chip"][data-state="live"]').waitFor();
    await page.getByText("Somebody is cleaning until 09:10.").waitFor();
  });

  test("stale is said when nobody judges any more, or the broker is away", async () => {
    const page = await browser.open("/today", "facilities");
    browser.server.send({ system: { ...browser.server.building.system, gateway: "stale" } });
    await page
      .locator('[data-testid="feed-banner"][data-state="stale"]')
      .getByText("Rooms are not being judged")
      .waitFor();
    browser.server.send({ system: { ...browser.server.building.system, broker: false } });
    await page.getByTestId("feed-banner").getByText("The message broker cannot be reached").waitFor();
    browser.server.send({ system: { ...browser.server.building.system, broker: true, gateway: "live" } });
    await page.locator('[data-testid="live-chip"][data-state="live"]').waitFor();
    expect(await page.getByTestId("feed-banner").count()).toBe(0);
  });

  test("pages that a role may not see say so", async () => {
    const page = await browser.openBlank();
    await signInAs(page, browser.server.url, "sales");
    for (const [path, words] of [
      ["/today", "Today is for facilities"],
      ["/system", "System is for facilities and administrators"],
    ] as const) {
      await page.goto(browser.server.url + path);
      await page.getByText(words).waitFor();
    }
    expect(await page.getByRole("link", { name: "Plan" }).count()).toBe(0);
  });

  test("a wall names no client", async () => {
    const page = await browser.open("/wall", "viewer", wallScreen);
    await page.locator("[data-demo]").first().waitFor();
    expect(await page.locator("body").textContent()).not.toMatch(/Acme|Globex|Delta Bank/);
  });

  test("an agent's key is shown once", async () => {
    const page = await browser.open("/system", "admin");
    await page.getByRole("button", { name: "Add an agent" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("pi-13f");
    await page
      .getByRole("combobox", { name: "Rooms" })
      .or(page.getByRole("textbox", { name: "Rooms" }))
      .click();
    await page.getByRole("option").first().click();
    await page.getByRole("dialog").getByText("It may speak for these rooms").click();
    await page.getByRole("button", { name: "Make its key" }).click();
    expect(await page.getByTestId("agent-key").textContent()).toMatch(/^gr_/);
    await page.getByRole("button", { name: "I have it" }).click();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await page.getByRole("cell", { name: "pi-13f", exact: true }).waitFor();
    expect(await page.content()).not.toContain("gr_a1");
  });

  test("an agent is let in by a code that is shown once, with the command for its machine", async () => {
    const page = await browser.open("/system", "facilities");
    await page.getByRole("button", { name: "Add an agent" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("pi-14f");
    await page
      .getByRole("combobox", { name: "Rooms" })
      .or(page.getByRole("textbox", { name: "Rooms" }))
      .click();
    await page.getByRole("option").first().click();
    await page.getByRole("dialog").getByText("It may speak for these rooms").click();
    await page.getByRole("button", { name: "Make a one-time code" }).click();
    expect(await page.getByTestId("agent-code").textContent()).toMatch(
      /^greenroom edge enrol --server http:\/\/\S+ --data-dir FOLDER --code [A-Z0-9-]{24}$/,
    );
    await page.getByRole("button", { name: "I have it" }).click();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    expect(await page.content()).not.toContain("7KQP");
  });

  test("the answer follows the question, and the address carries it", async () => {
    const page = await browser.open("/promise", "sales");
    await page.getByRole("article").first().waitFor();
    await page.getByLabel("People").fill("13");
    await page
      .getByRole("article", { name: "Heron" })
      .or(page.getByRole("article", { name: "Victoria" }))
      .first()
      .waitFor();
    await page.waitForURL(/people=13/);
    expect(await page.getByRole("article", { name: "Admiralty" }).count()).toBe(0);
  });

  test("a visit at risk is moved to another room in two presses, and back", async () => {
    const page = await browser.open("/visits", "sales", phone);
    const card = page.locator("[data-demo=demo-harbour-0930]");
    const kestrel = card.locator('[data-alternative="harbour-house/kestrel"]');
    expect(await kestrel.textContent()).toMatch(
      /very likely ready.*same floor, 40\u00A0m away · right size · free then · kept/,
    );
    await kestrel.getByRole("button", { name: "Move here: Kestrel" }).click();
    const dialog = page.getByRole("dialog", { name: "Move Acme" });
    await dialog.getByText("calendar sales still says Harbour", { exact: false }).waitFor();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Move to Kestrel" }).click();
    await card.getByText("Moved here from Harbour.").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("Back in Harbour.").waitFor();
    await card.getByText("Moved here from Harbour.").waitFor({ state: "detached" });
  });

  test("past its act-by, a line of work offers the move itself; a room that is taken meanwhile is refused in words", async () => {
    const page = await browser.open("/today", "facilities");
    const line = page.locator('[data-line="alert-victoria-0900"]');
    await line.getByRole("button", { name: "Move to Admiralty" }).click();
    const admiralty = browser.server.building.rooms.find((room) => room.name === "Admiralty");
    const globex = browser.server.building.demos.find((demo) => demo.account === "Globex");
    if (admiralty === undefined || globex === undefined) throw new Error("the sample has changed");
    browser.server.building.demos.push({ ...globex, id: "other", room_key: admiralty.key });
    await page.getByRole("dialog").getByRole("button", { name: "Move to Admiralty" }).click();
    await page.getByRole("alert").getByText("Admiralty has another visit then; choose another room").waitFor();
    browser.server.building.demos.pop();
    await page.getByRole("dialog").getByRole("button", { name: "Move to Admiralty" }).click();
    await line.waitFor({ state: "detached" });
  });

  test("a template is made, changed and refused; a visit takes one and asks for something else beside it", async () => {
    const page = await browser.open("/plan", "facilities");
    await page.getByRole("tab", { name: "Templates" }).click();
    await page.getByRole("button", { name: "New template" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Quiet talk");
    await dialog.getByText("Audio", { exact: true }).click();
    await dialog.getByLabel("From, °C").fill("21");
    await dialog.getByText("Say both").waitFor();
    await dialog.getByLabel("To, °C").fill("23");
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Save" }).click();
    const row = page.locator('[data-template="quiet-talk"]');
    await row.getByText("audio · 21–23\u00A0°C").waitFor();
    await page.getByRole("button", { name: "Remove Hybrid demo" }).click();
    await page.getByText("9 coming visits use Hybrid demo: give them another template first").waitFor();
    await page.getByRole("tab", { name: "Visits" }).click();
    await page.getByRole("button", { name: "Change what Acme needs" }).click();
    await dialog.getByLabel("Template").click();
    await page.getByRole("option", { name: "Quiet talk" }).click();
    await dialog.getByRole("switch", { name: "Reset before the visit" }).click();
    await dialog.getByText("Missing", { exact: true }).click();
    await dialog.getByText("This visit asks for something else than Quiet talk").waitFor();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "hidden" });
    const acme = browser.server.building.demos.find((demo) => demo.account === "Acme");
    expect(acme).toMatchObject({
      template: "quiet-talk",
      access: "missing",
      own_needs: { people: 6, reset_visit: true },
    });
    await page.getByRole("row", { name: /Acme/ }).getByText("Quiet talk").waitFor();
  });

  test("a panel shows what the gateway asks, and takes that the room is reset", async () => {
    const page = await browser.open("/door/harbour-house/magnolia", "viewer");
    await page.getByText("This room is to be reset for a client at 11:30.").waitFor();
    await page.getByRole("button", { name: "Room is reset" }).click();
    await page.getByText(/Noted at 08:4\d\. Thank you\./).waitFor();
    const magnolia = browser.server.building.rooms.find((room) => room.name === "Magnolia");
    if (magnolia === undefined) throw new Error("no Magnolia");
    const { nudge: _, ...quiet } = magnolia;
    browser.server.send({ rooms: [quiet] });
    await page.getByText("This room is to be reset").waitFor({ state: "detached" });
  });

  test("why was it red then: a moment of the past is picked, also by keyboard, and tells its reasons", async () => {
    const page = await browser.open("/rooms/harbour-house/heron", "facilities");
    const range = page.getByRole("slider", { name: "Moment to look at" });
    await range.focus();
    await range.fill(String(Math.round((Date.parse("2026-11-24T07:41:00Z") - 80 * 60_000) / 60_000) * 60_000));
    const then = page.locator("[data-then]");
    await then.getByText("Codec was not registered for 4 min.").waitFor();
    expect(await then.textContent()).toMatch(/At 07:2\d.*Not ready.*07:05–07:30/);
    expect(await violations(page)).toEqual([]);
    for (let i = 0; i < 12; i += 1) await page.keyboard.press("ArrowRight");
    await then.getByText(/^At 07:3\d/).waitFor();
    await range.fill(String(Math.round((Date.parse("2026-11-24T07:41:00Z") - 460 * 60_000) / 60_000) * 60_000));
    await then.getByText(/nothing was taken down: Greenroom was not running/).waitFor();
  });

  test("an earlier visit shows its receipt; where there is none, it is said why", async () => {
    const page = await browser.open("/visits", "sales");
    await page
      .getByRole("button", { name: /^At arrival of/ })
      .nth(1)
      .click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Codec not registered for 12 min.").waitFor();
    await dialog.getByText("Judged 2\u00A0min before; nothing of this has been changed since.").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await page
      .getByRole("button", { name: /^At arrival of/ })
      .nth(2)
      .click();
    await dialog.getByText(/^There is no receipt: no verdict was fresh enough/).waitFor();
  });

  test("sales change what a visit of theirs needs, and the dialog stays while the visit's state changes under it", async () => {
    const page = await browser.open("/visits", "sales");
    const card = page.locator("[data-demo=demo-lotus-1100]");
    await card.getByRole("button", { name: "What it needs" }).click();
    const dialog = page.getByRole("dialog", { name: "What Beta Industries needs" });
    await dialog.getByLabel("People").fill("9");
    const lotus = browser.server.building.demos.find((demo) => demo.id === "demo-lotus-1100");
    if (lotus === undefined) throw new Error("the sample has changed");
    browser.server.send({ demos: [{ ...lotus, status: "ready", sentence: "Everything works." }] });
    await card.getByText("Ready", { exact: true }).waitFor();
    await dialog.getByRole("button", { name: "Save" }).click();
    await card.getByText(/9 people/).waitFor();
    expect(await page.locator("[data-demo=demo-linden-1330]").getByRole("button").count()).toBe(0);
  });

  test("a thousand rooms: only what can be seen is in the page, and scrolling shows the rest", async () => {
    await browser.restart({ rooms: 1_000 });
    const page = await browser.open("/rooms", "facilities");
    await page.locator("[data-room]").first().waitFor();
    expect(await page.locator("[data-room]").count()).toBeLessThan(80);
    await page.keyboard.press("End");
    await page.locator('[data-room="harbour-house/orchid"]').waitFor();
    await page.getByLabel("Find a room").fill("Maple 882");
    await page.getByText("Maple 882", { exact: true }).waitFor();
  });
});

/** An alert that belongs before all others. */
function urgent(server: FixtureServer): AlertView {
  const [base] = server.building.alerts;
  if (base === undefined) throw new Error("no alerts");
  return {
    ...base,
    id: "alert-new",
    room_name: "Heron",
    act_by: "2026-11-24T07:30:00.000Z",
    sentence: "Nobody hears the microphones.",
  };
}

/** Counts pages and calls from now on; the socket is not among them. */
function countLoads(page: Page): () => number {
  let count = 0;
  page.on("request", () => (count += 1));
  return () => count;
}
