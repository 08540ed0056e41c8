import { expect, test } from "vitest";
import { desktop, phone, type View } from "./dev/browser.ts";
import { describeInBrowser, violations } from "./dev/browser-suite.ts";

/** What stands on the board beside the work itself, in a real browser against the fixture server. */
describeInBrowser("the board beside the work", (browser) => {
  test.each([desktop, phone, { ...phone, scheme: "dark" } as View])(
    "rooms kept in case stand as one, the daily list below all else ($width wide, $scheme)",
    async (view) => {
      const page = await browser.open("/today", "facilities", view);
      const kept = page.locator("[data-standbys]");
      await kept.getByText("Other rooms are kept for 3 visits, in case their own are not ready").waitFor();
      expect(await page.locator('[data-line^="standby-"]').count()).toBe(0);
      const show = kept.getByRole("button", { name: "Show" });
      await show.focus();
      await page.keyboard.press("Enter");
      await kept.getByText("Osprey, 11F, is kept for it.").waitFor();
      const daily = page.locator("[data-daily]");
      await daily.getByText("Projector reports a lamp error since Monday 16:20.").waitFor();
      expect(await daily.locator("[data-daily-room]").count()).toBe(3);
      expect(await violations(page)).toEqual([]);
    },
  );

  test("whoever took a piece of work says what it was in one press, also by keyboard", async () => {
    const page = await browser.open("/today");
    const line = page.locator('[data-line="alert-harbour-0930"]');
    await page.locator("[data-line]").first().waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("a");
    await line.getByRole("button", { name: "Done" }).waitFor();
    await page.keyboard.press("d");
    await page.getByRole("menuitem", { name: /Only its report was wrong/ }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("menuitem", { name: /Only its report was wrong/ }).click();
    await page.getByText("It is noted with your name").waitFor();
  });

  test("a table is cards on a phone: nothing of it is cut off", async () => {
    const page = await browser.open("/system", "facilities", phone);
    const row = page.getByRole("row", { name: /^air-9/ });
    await row.getByText("Plain MQTT").waitFor();
    await row.getByRole("button", { name: "Revoke the key of air-9" }).waitFor();
    const table = page.getByRole("region", { name: "Agents, table" });
    expect(await table.evaluate((one) => one.scrollWidth - one.clientWidth)).toBeLessThanOrEqual(0);
    expect(await violations(page)).toEqual([]);
  });
});
