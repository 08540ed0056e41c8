import * as fc from "fast-check";
import { expect, test } from "vitest";
import { millis, minutes, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { openStore } from "../store/open-store.ts";
import { START } from "../test-server.ts";
import { AgentKeyDesk } from "./agent-keys.ts";
import { createApiToken, principalOfToken } from "./api-tokens.ts";
import { Limiter } from "./limiter.ts";
import { hashPassword, isPassword } from "./passwords.ts";
import { createSignInLink } from "./sign-in-link.ts";
import { SignInDesk } from "./sign-in.ts";

test("a limiter never lets through more than its burst and its rate, whatever the times", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 200 }),
      (most, gaps) => {
        const clock = new VirtualClock(START);
        const limiter = new Limiter(clock, { most, per: seconds(10) });
        let through = 0;
        for (const gap of gaps) {
          clock.advance(millis(gap));
          const { ok, wait } = limiter.take("a");
          if (ok) through += 1;
          else expect(wait).toBeGreaterThan(0);
        }
        const elapsed = clock.now() - START;
        expect(through).toBeLessThanOrEqual(most + (elapsed / 10_000) * most + 1e-6);
        if (gaps.length > 0) expect(through).toBeGreaterThanOrEqual(Math.min(most, gaps.length));
      },
    ),
    { numRuns: 300 },
  );
});

test("waiting as long as a limiter says lets the next one through; other keys are not held up; memory is bounded", () => {
  const clock = new VirtualClock(START);
  const limiter = new Limiter(clock, { most: 3, per: seconds(9), keys: 5 });
  for (let i = 0; i < 3; i += 1) expect(limiter.take("a").ok).toBe(true);
  const { ok, wait } = limiter.take("a");
  expect(ok).toBe(false);
  expect(limiter.take("b").ok).toBe(true);
  clock.advance(wait);
  expect(limiter.peek("a").ok).toBe(true);
  expect(limiter.take("a").ok).toBe(true);
  expect(limiter.take("a").ok).toBe(false);
  for (let i = 0; i < 5; i += 1) limiter.take(`flood ${i}`);
  expect(limiter.take("a").ok).toBe(true);
});

test("a password is right or wrong, never twice the same hash, and an unreadable hash is no password", async () => {
  const [one, two] = await Promise.all([hashPassword("open sesame"), hashPassword("open sesame")]);
  expect(one).not.toBe(two);
  expect(await isPassword("open sesame", one)).toBe(true);
  expect(await isPassword("open sesame ", one)).toBe(false);
  expect(await isPassword("open sesame", undefined)).toBe(false);
  expect(await isPassword("open sesame", "plain text")).toBe(false);
  expect(await isPassword("", one)).toBe(false);
});

test("no account costs as much work as a wrong password", async () => {
  const hash = await hashPassword("open sesame");
  const cost = async (known: string | undefined): Promise<number> => {
    const before = process.cpuUsage();
    for (let i = 0; i < 4; i += 1) await isPassword("guess", known);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  await cost(hash);
  const [withAccount, without] = [await cost(hash), await cost(undefined)];
  expect(without).toBeGreaterThan(withAccount * 0.5);
});

test("sign-ins come back to life with time, and an account's count is its own", async () => {
  const clock = new VirtualClock(START);
  const store = await openStore(":memory:", { clock });
  const desk = new SignInDesk(store);
  for (let i = 0; i < 30; i += 1)
    await expect(desk.withLink(`no-such-link-${i}`, "203.0.113.1")).rejects.toMatchObject({ code: "SIGNED_OUT" });
  await expect(desk.withLink("one-more-link", "203.0.113.1")).rejects.toMatchObject({ code: "TOO_FAST" });
  await expect(desk.withLink("from-elsewhere", "203.0.113.2")).rejects.toMatchObject({ code: "SIGNED_OUT" });
  clock.advance(minutes(5));
  await expect(desk.withLink("later", "203.0.113.1")).rejects.toMatchObject({ code: "SIGNED_OUT" });
  await store.close();
});

test("a link for a role goes to the one who has held it longest, and makes one where nobody does", async () => {
  const store = await openStore(":memory:", { clock: new VirtualClock(START) });
  await createSignInLink(store, { role: "facilities" });
  await createSignInLink(store, { role: "facilities" });
  expect(await store.people.all()).toMatchObject([{ name: "Facilities", role: "facilities" }]);
  await store.close();
});

test("a token ends at its time", async () => {
  const clock = new VirtualClock(START);
  const store = await openStore(":memory:", { clock });
  const token = await createApiToken(store, { role: "sales", name: "crm", life: minutes(10) });
  expect(await principalOfToken(store, token)).toMatchObject({ role: "sales", kind: "token" });
  clock.advance(minutes(10));
  expect(await principalOfToken(store, token)).toBeUndefined();
  await store.close();
});

test("an agent's new key ends the old one, and a name or room that cannot be is refused", async () => {
  const store = await openStore(":memory:", { clock: new VirtualClock(START) });
  const desk = new AgentKeyDesk(store);
  const ended: string[] = [];
  desk.onRevoked((agent) => ended.push(agent));
  const first = await desk.create("pi-3", ["hq/harbour"]);
  const second = await desk.create("pi-3", ["hq/lotus"]);
  expect(ended).toEqual(["pi-3"]);
  expect(await desk.verify("pi-3", first)).toBeUndefined();
  expect(await desk.verify("pi-3", second)).toEqual({ rooms: ["hq/lotus"] });
  expect(await desk.verify("pi-3", "")).toBeUndefined();
  await expect(desk.create("Pi 3", ["hq/lotus"])).rejects.toMatchObject({ code: "INPUT_INVALID" });
  await expect(desk.create("pi-4", ["hq/#"])).rejects.toMatchObject({ code: "INPUT_INVALID" });
  await expect(desk.create("pi-4", ["hq/-"])).rejects.toMatchObject({ code: "INPUT_INVALID" });
  await store.close();
});
