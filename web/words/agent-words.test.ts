import { expect, test } from "vitest";
import type { AgentView } from "#contract/api/requests.ts";
import { agentWords } from "./agent-words.ts";

const now = Date.parse("2026-11-24T08:00:00Z");
const key: AgentView = {
  agent: "x",
  rooms: ["hq/a"],
  state: "never",
  created_at: "2026-11-01T08:00:00.000Z",
  devices: 0,
};

test("a device that signs in and says nothing about itself is not called one that never signed in", () => {
  expect(agentWords(key, now, "UTC")).toMatchObject({ word: "Never signed in", status: "unknown", signIn: "by key" });
  const plain = agentWords({ ...key, seen_at: "2026-11-24T07:54:00.000Z" }, now, "UTC");
  expect(plain.word).toBe("Plain MQTT");
  expect(plain.detail).toMatch(/^signed in 6\u00A0min ago; whether it speaks now/);
  expect(plain.hasCounts).toBe(false);
  expect(agentWords({ ...key, role: "panel", seen_at: "2026-11-24T07:54:00.000Z" }, now, "UTC").word).toBe(
    "Has signed in",
  );
});

test("an agent says since when it is there, or gone, and by what it signs in", () => {
  const since = "2026-11-24T07:30:00.000Z";
  const certificate = { serial: "1", issued_at: since, expires_at: "2026-12-04T08:00:00.000Z" };
  expect(agentWords({ ...key, state: "online", since, certificate }, now, "UTC")).toMatchObject({
    word: "Online",
    detail: "since 07:30 (30\u00A0min)",
    signIn: "certificate for 10 more days",
  });
  expect(agentWords({ ...key, state: "offline", since }, now, "UTC")).toMatchObject({ status: "not_ready" });
  expect(agentWords({ ...key, code_until: "2026-11-24T08:20:00.000Z" }, now, "UTC").signIn).toBe(
    "may enrol until 08:20",
  );
});
