import { describe, expect, it } from "vitest";
import { deliver } from "./deliver.ts";
import { FakeNotifier } from "./fake-notifier.ts";
import type { Notice } from "./notifier.ts";

const contact = { id: "owner", name: "Owner", channel: "mail", to: "owner@test" };
const written = (): Promise<void> => Promise.resolve();
const notice = (): Notice => ({ key: "a.0.raised.owner" }) as Notice;

describe("a message", () => {
  it("is sent once it is written down", async () => {
    const notifier = new FakeNotifier();
    expect(await deliver({ notifier, contact, durable: written, compose: notice })).toEqual({ state: "sent" });
    expect(notifier.tried).toHaveLength(1);
  });

  it("never leaves when it cannot be written down, and may be tried again", async () => {
    const notifier = new FakeNotifier();
    const durable = () => Promise.reject(new Error("the wire is away"));
    const error = "the wire is away";
    expect(await deliver({ notifier, contact, durable, compose: notice })).toEqual({
      state: "failed",
      error,
      retryable: true,
    });
    expect(notifier.tried).toEqual([]);
  });

  it("that is not needed any more says why, and is not tried again", async () => {
    const notifier = new FakeNotifier();
    const compose = () => ({ notNeeded: "over" });
    const failed = { state: "failed", error: "over", retryable: false };
    expect(await deliver({ notifier, contact, durable: written, compose })).toEqual(failed);
    expect(notifier.tried).toEqual([]);
  });

  it("failed only when its channel is sure of that; otherwise it may have arrived", async () => {
    const notifier = new FakeNotifier();
    notifier.script.push("refused", "rejected", "doubtful");
    const send = () => deliver({ notifier, contact, durable: written, compose: notice });
    expect(await send()).toEqual({ state: "failed", error: "connection refused", retryable: true });
    expect(await send()).toEqual({ state: "failed", error: "no such mailbox", retryable: false });
    expect(await send()).toEqual({ state: "unconfirmed", error: "no answer" });
    notifier.send = () => Promise.reject(new Error("x".repeat(1_000)));
    expect(await send()).toEqual({ state: "unconfirmed", error: "x".repeat(300) });
  });
});
