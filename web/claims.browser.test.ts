import { expect, test } from "vitest";
import { desktop, phone, type View } from "./dev/browser.ts";
import { describeInBrowser, violations } from "./dev/browser-suite.ts";

/** Giving devices to rooms, in a real browser against the fixture server. */
describeInBrowser("devices without a room", (browser) => {
  test.each([desktop, phone, { ...desktop, scheme: "dark" } as View, { ...phone, scheme: "dark" } as View])(
    "two clicks give a device that says where it hangs to its room ($width wide, $scheme)",
    async (view) => {
      const page = await browser.open("/system", "facilities", view);
      await page.getByRole("button", { name: "Give to Harbour: Harbour air" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("button", { name: "Give to Harbour" }).waitFor();
      expect(await violations(page)).toEqual([]);
      await dialog.getByRole("button", { name: "Give to Harbour" }).click();
      await dialog.waitFor({ state: "hidden" });
      await page.getByText("Harbour air is in Harbour").waitFor();
      await page.getByRole("button", { name: /Harbour air$/ }).waitFor({ state: "detached" });
      expect(browser.server.claims).toEqual([
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
    const page = await browser.open("/system");
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
    expect(browser.server.claims).toMatchObject([{ name: "Presence", room: "harbour-house/lotus", room_air: false }]);
  });

  test("the board says that devices wait, and a room's device is moved and taken off", async () => {
    const page = await browser.open("/rooms");
    await page.getByRole("link", { name: "3 devices wait for a room" }).click();
    await page.getByRole("heading", { name: "Devices without a room" }).waitFor();
    await page.goto(`${browser.server.url}/rooms/harbour-house/harbour`);
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
    expect(browser.server.claims).toMatchObject([
      { to: "harbour-house/lotus" },
      { released: ["harbour-house", "harbour", "devices", expect.any(String)] },
    ]);
  });
});
