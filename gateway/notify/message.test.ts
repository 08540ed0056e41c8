import { describe, expect, it } from "vitest";
import { emailHtml, emailText } from "./email-body.ts";
import { messageOfNotice } from "./message.ts";
import { alertWith, hostileNotice, noon, noticeWith } from "./notice-fixture.ts";
import { slackBody } from "./slack.ts";

describe("a message that is understood in five seconds", () => {
  it("says by when, where, what and for whom in its subject", () => {
    const message = messageOfNotice(noticeWith(), noon, "https://greenroom.example/");
    expect(message.subject).toBe("Act by 13:10: Harbour is 18.1 °C, needs 20–24 for Acme 14:00");
    expect(message.facts).toEqual([
      { label: "Room", value: "Harbour, floor 12" },
      { label: "Visit", value: "Acme visit, 14:00–15:00" },
      { label: "When", value: "Act by 13:10" },
    ]);
    expect(message.remedies).toEqual([
      { label: "Raise the heating", value: "start by 13:10, usually 35 min, up to 50" },
    ]);
    expect(message.link).toBe("https://greenroom.example/rooms/hq/harbour?alert=0123456789abcdef01234567");
  });

  it("tells times in the room's own zone, and the weekday when it is another day", () => {
    const there = messageOfNotice(noticeWith({ zone: "Asia/Tokyo" }), noon);
    expect(there.subject).toMatch(/^Act by 22:10: /);
    const tomorrow = alertWith({ act_by: "2026-11-24T07:30:00.000Z" });
    expect(messageOfNotice(noticeWith({ alert: tomorrow }), noon).subject).toMatch(/^Act by Tue 07:30: /);
    expect(messageOfNotice(noticeWith({ zone: "Nowhere/Land" }), noon).subject).toMatch(/^Act by 13:10 UTC: /);
  });

  it.each([
    ["reopened", /^Back again\. Act by 13:10: Harbour/],
    ["woken", /^Snooze is over\. Act by 13:10: Harbour/],
    ["lead", /^Nobody has taken it\. Act by 13:10: Harbour/],
    ["past_act_by", /^Too late for the first remedy\. Act by 13:10: /],
    ["offer_move", /^Offer another room: Harbour/],
    ["resolved", /^Resolved: Harbour/],
  ] as const)("opens a message of %s with what it is", (event, subject) => {
    expect(messageOfNotice(noticeWith({ event }), noon).subject).toMatch(subject);
  });

  it("names the other visits of a shared cause, a few of many", () => {
    const members = Array.from({ length: 9 }, (_, i) => ({
      room: `hq/room-${i}`,
      demo: i === 0 ? "acme" : `demo-${i}`,
      title: `Visit ${i}`,
      arrival: "2026-11-23T14:00:00.000Z",
      end: "2026-11-23T15:00:00.000Z",
      act_by: "2026-11-23T13:10:00.000Z",
      p_ready: 0.1,
    }));
    const message = messageOfNotice(noticeWith({ roomKey: "hq/room-0", alert: alertWith({ members }) }), noon);
    expect(message.facts.find((fact) => fact.label === "Also")?.value).toBe(
      "room-1: Visit 1 14:00; room-2: Visit 2 14:00; room-3: Visit 3 14:00; room-4: Visit 4 14:00; room-5: Visit 5 14:00; and 3 more",
    );
  });
});

describe("what one message tells beside its alert", () => {
  const factsOf = (over: Parameters<typeof noticeWith>[0]): string[] =>
    messageOfNotice(noticeWith(over), noon).facts.map(({ label, value }) => `${label}: ${value}`);
  const pine = { room: "hq/pine", name: "Pine", floor: "12", p_ready: 0.95, fit: 1, storeys: 0, displaces: 1 };

  it("names the other room that is kept, and how many more there are", () => {
    const kept = { ...pine, held_until: "2026-11-23T14:15:00.000Z" };
    expect(factsOf({ alert: alertWith({ alternatives: [kept, pine] }) })).toContain(
      "Other room: Pine, floor 12: ready in 95 of 100 cases, 1 booking gives way, kept until 14:15; 1 more on the board",
    );
    expect(factsOf({ event: "resolved", alert: alertWith({ alternatives: [kept] }) }).join()).not.toContain("Pine");
  });

  it("tells what goes along, and what is held back", () => {
    const facts = factsOf({ along: [alertWith({ title: "Oak: codec is not registered" })], cut: 3 });
    expect(facts).toContain("Same floor: Oak: codec is not registered; act by 13:10");
    expect(facts).toContain("Held back: 3 more of less use: see the board");
    const over = [alertWith({ title: "Oak: codec is not registered" }), alertWith({ title: "Pine is cold" })];
    expect(factsOf({ over })).toContain("Resolved too: Oak: codec is not registered; Pine is cold");
  });
});

describe("hostile names", () => {
  const message = messageOfNotice(hostileNotice(), noon, "https://greenroom.example");

  it("become one line without control or direction characters", () => {
    const texts = [message.subject, message.lead, message.sentence, ...message.facts.map((fact) => fact.value)];
    for (const text of texts) expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });

  it("stay text in HTML", () => {
    const html = emailHtml(message);
    expect(html).not.toContain("<script");
    expect(html).not.toContain("<https:");
    expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    // What calendars say twice escaped stays as it was said.
    expect(html).toContain("&amp;amp;");
  });

  it("open no header in the text part", () => {
    for (const line of emailText(message).split("\n")) expect(line).not.toMatch(/^Bcc:/i);
  });

  it("can neither mention, link nor format in Slack", () => {
    const body = JSON.parse(slackBody(message)) as { text: string; mrkdwn: boolean; blocks: Block[] };
    expect(body.text).not.toMatch(/<|>/);
    expect(body.mrkdwn).toBe(false);
    for (const block of body.blocks)
      for (const text of [block.text, ...(block.elements ?? [])])
        if (text?.type === "mrkdwn")
          expect(text.text).toMatch(/^<https:\/\/greenroom\.example\/[^<>|]*\|Open in Greenroom>$/);
    expect(JSON.stringify(body.blocks).length).toBeGreaterThan(100);
  });

  it("keeps Slack's limits", () => {
    const long = { ...message, subject: "x".repeat(500), sentence: "y".repeat(9_000) };
    const body = JSON.parse(slackBody(long)) as { blocks: Block[] };
    expect(body.blocks[0]?.text?.text.length).toBe(150);
    expect(body.blocks[1]?.text?.text.length).toBe(3_000);
  });
});

interface Block {
  type: string;
  text?: { type: string; text: string };
  elements?: { type: string; text: string }[];
}
