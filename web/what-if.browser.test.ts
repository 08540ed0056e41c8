import { expect, test } from "vitest";
import { desktop, phone, type View } from "./dev/browser.ts";
import { describeInBrowser, violations } from "./dev/browser-suite.ts";

/** The past through today's rules, in a real browser against the fixture server. */
describeInBrowser("what would we have been told", (browser) => {
  test.each([desktop, phone, { ...desktop, scheme: "dark" } as View, { ...phone, scheme: "dark" } as View])(
    "a span is looked at: how far it is, then alert by alert beside what was ($width wide, $scheme)",
    async (view) => {
      const page = await browser.open("/what-if", "facilities", view);
      await page.getByText("Nothing has been looked at yet").waitFor();
      await page.getByRole("button", { name: "Look" }).click();
      await page.getByRole("progressbar", { name: "How much is done" }).waitFor();
      await page.getByText(/alerts by today’s rules; \d+ then/).waitFor();
      const row = page.locator('[data-past-alert="alert-victoria-0900"]');
      expect(await row.textContent()).toMatch(/Victoria.*tells facilities \d\d:\d\d, the lead \d\d:\d\d/);
      expect(await violations(page)).toEqual([]);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
    },
  );

  test("rooms kept in case stand apart, some rooms are picked, and all by keyboard", async () => {
    const page = await browser.open("/what-if");
    await page.getByRole("button", { name: "Look" }).focus();
    await page.keyboard.press("Enter");
    const kept = page.getByText(/^3 visits for which another room/);
    await kept.waitFor();
    await kept.focus();
    await page.keyboard.press("Enter");
    await page.locator('[data-past-alert^="standby-"]').first().waitFor();
    const all = await page.locator("[data-past-alert]").count();
    await page
      .getByRole("combobox", { name: "Rooms" })
      .or(page.getByRole("textbox", { name: "Rooms" }))
      .click();
    await page.getByRole("option", { name: "Victoria" }).click();
    await page.keyboard.press("Escape");
    expect(await page.locator("[data-past-alert]").count()).toBeLessThan(all);
    await page.locator('[data-past-alert="alert-victoria-0900"]').waitFor();
  });

  test("one that is stopped says so, and one that is refused says why", async () => {
    const page = await browser.open("/what-if");
    await page.getByRole("button", { name: "Look" }).click();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("It was called off.", { exact: false }).waitFor();
  });

  test("a page that is opened anew shows what was asked for last", async () => {
    const page = await browser.open("/what-if");
    await page.getByRole("button", { name: "Look" }).click();
    await page.getByText(/asked by Priya Nair/).waitFor();
    await page.reload();
    await page.getByText(/asked by Priya Nair/).waitFor();
  });
});
