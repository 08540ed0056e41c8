import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GreenroomError } from "#contract/errors.ts";
import { silentLog } from "#contract/log.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { NotifyConfig, type NotifyConfigInput } from "./config.ts";
import { noon, noticeWith } from "./notice-fixture.ts";
import { startNotifier } from "./notifier.ts";

const clock = new VirtualClock(noon);
const full: NotifyConfigInput = {
  channels: {
    mail: {
      kind: "email",
      host: "mail.example.com",
      from: "Greenroom <greenroom@example.com>",
      user: "g",
      password: { env: "MAIL" },
    },
    hook: { kind: "webhook", url: "https://desk.example.com/hook", secret: { file: "SECRET" } },
    chat: { kind: "slack", url: { env: "SLACK" } },
  },
  contacts: [
    { id: "desk", name: "Facilities desk", channel: "mail", to: "desk@example.com" },
    { id: "lead", name: "Lead", channel: "chat" },
    { id: "hvac", name: "Heating", channel: "hook", to: "hvac" },
  ],
  levels: [["desk"], ["lead"]],
  owners: { heat: ["hvac"] },
};
type Entry = Record<string, unknown>;
/** A configuration as somebody may have written it. */
interface Written extends Entry {
  channels: Record<string, Entry>;
  contacts: Entry[];
  levels: string[][];
  owners: Record<string, string[]>;
}
const faultsOf = (config: object): string[] => {
  const result = NotifyConfig.safeParse(config);
  return result.success ? [] : result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
};

describe("the configuration of notifications", () => {
  it("takes a whole one, with the defaults written out", () => {
    expect(faultsOf(full)).toEqual([]);
    expect(NotifyConfig.parse(full).channels["mail"]).toMatchObject({ port: 587, security: "starttls", timeout_s: 10 });
    expect(NotifyConfig.parse({})).toEqual({ channels: {}, contacts: [], levels: [], owners: {} });
  });

  it("lists every fault at once, each with its place", () => {
    const faults = faultsOf({
      ...full,
      contacts: [
        { id: "desk", name: "Desk", channel: "mail", to: "a@b.c, d@e.f" },
        { id: "desk", name: "Desk", channel: "mail", to: "desk@example.com" },
        { id: "lead", name: "Lead", channel: "pigeon" },
      ],
      levels: [["desk"], ["nobody"]],
    });
    expect(faults).toEqual([
      "contacts.0.to: must be one mail address",
      "contacts.1.id: there are two contacts called desk",
      "contacts.2.channel: there is no channel called pigeon",
      "levels.1.0: there is no contact called nobody",
      "owners.heat.0: there is no contact called hvac",
    ]);
  });

  it("hears of wrong references also where a shape is wrong: whichever faults are in it, all are listed", () => {
    // Each mars one place of a right configuration, and says so; none hides or causes another.
    const faults: [path: string, mar: (config: Written) => void][] = [
      ["channels.mail.port", ({ channels }) => (channels["mail"]!["port"] = 70_000)],
      ["channels.mail.user", ({ channels }) => delete channels["mail"]!["user"]],
      ["channels.hook.url", ({ channels }) => (channels["hook"]!["url"] = "desk.example.com")],
      ["channels.chat", ({ channels }) => (channels["chat"]!["colour"] = "green")],
      ["channels.pigeon.kind", ({ channels }) => (channels["pigeon"] = { kind: "pigeon" })],
      ["channels.Big Mail", ({ channels }) => (channels["Big Mail"] = { kind: "log" })],
      ["contacts.0.to", ({ contacts }) => delete contacts[0]!["to"]],
      ["contacts.0.name", ({ contacts }) => delete contacts[0]!["name"]],
      ["contacts.1.channel", ({ contacts }) => (contacts[1]!["channel"] = "owl")],
      ["contacts.2.name", ({ contacts }) => (contacts[2]!["name"] = "two\nlines")],
      ["contacts.3.id", ({ contacts }) => contacts.push({ id: "desk", name: "Desk", channel: "chat" })],
      ["levels.1.1", ({ levels }) => levels[1]!.push("nobody")],
      ["levels.2", ({ levels }) => levels.push([])],
      ["owners.heat.1", ({ owners }) => owners["heat"]!.push("nobody")],
      ["owners.light", ({ owners }) => (owners["light"] = "desk" as never)],
      ["", (config) => (config["chanels"] = {})],
    ];
    fc.assert(
      fc.property(fc.subarray(faults), (planted) => {
        const config = structuredClone(full) as unknown as Written;
        for (const [, mar] of planted) mar(config);
        const paths = faultsOf(config).map((fault) => fault.split(": ", 1)[0]);
        expect(paths).toHaveLength(planted.length);
        expect(new Set(paths)).toEqual(new Set(planted.map(([path]) => path)));
      }),
    );
  });

  it("asks nothing of a part that cannot be read at all", () => {
    const { contacts: _, ...rest } = full;
    const faults = faultsOf({ ...rest, contacts: "desk, lead" });
    expect(faults).toEqual([expect.stringMatching(/^contacts: /)]);
    expect(faultsOf({ ...full, channels: [] })).toEqual([expect.stringMatching(/^channels: /)]);
    for (const config of [null, "", [], 7]) expect(faultsOf(config as never)).toHaveLength(1);
  });

  it.each([
    [
      "a second header in an address",
      { ...full, contacts: [{ id: "desk", name: "D", channel: "mail", to: "a@b.c\r\nBcc: x@y.z" }] },
    ],
    ["an unknown key", { chanels: {} }],
    ["a secret written out", { channels: { hook: { kind: "webhook", url: "https://x.example", secret: "abc" } } }],
    [
      "a password in a URL",
      { channels: { hook: { kind: "webhook", url: "https://u:p@x.example", secret: { env: "A" } } } },
    ],
    ["another scheme", { channels: { hook: { kind: "webhook", url: "file:///etc/passwd", secret: { env: "A" } } } }],
    [
      "a password in the clear",
      {
        channels: {
          mail: {
            kind: "email",
            host: "mail.example.com",
            from: "a@b.c",
            security: "none",
            user: "u",
            password: { env: "A" },
          },
        },
      },
    ],
    [
      "a user without a password",
      { channels: { mail: { kind: "email", host: "mail.example.com", from: "a@b.c", user: "u" } } },
    ],
    ["contacts that no level names", { ...full, levels: [] }],
  ])("refuses %s", (_, config) => {
    expect(faultsOf(config)).not.toEqual([]);
  });

  it("refuses to start without its secrets, naming all of them and showing none", () => {
    const dir = mkdtempSync(join(tmpdir(), "greenroom-notify-"));
    try {
      const file = join(dir, "secret");
      writeFileSync(file, "short\n");
      const config = NotifyConfig.parse({
        ...full,
        channels: { ...full.channels, hook: { kind: "webhook", url: "https://x.example", secret: { file } } },
      });
      const start = (): unknown => startNotifier(config, { clock, log: silentLog, env: { SLACK: "not a url" } });
      expect(start).toThrow(GreenroomError);
      expect(start).toThrow(
        [
          "channels.mail: environment variable MAIL is not set",
          "channels.hook: the secret has fewer than 16 characters",
          "channels.chat: the secret is not a URL",
        ].join("\n"),
      );
      expect(start).not.toThrow(/short/);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});

describe("the links in messages", () => {
  const warningsWith = async (config: NotifyConfigInput, publicUrl?: string): Promise<string[]> => {
    const lines: string[] = [];
    const log = { ...silentLog, warn: (_: object, text: string) => lines.push(text) };
    const env = { MAIL: "m", SLACK: "https://chat.example.com/hook" };
    const { hook: _, ...channels } = config.channels ?? {};
    const parsed = NotifyConfig.parse({ ...config, channels });
    await startNotifier(parsed, { clock, log, env, ...(publicUrl === undefined ? {} : { publicUrl }) }).stop();
    return lines;
  };
  const people: NotifyConfigInput = { ...full, contacts: full.contacts?.slice(0, 2), owners: {} };

  it("are missed at the start, where somebody would get a message without one", async () => {
    expect(await warningsWith(people)).toEqual([expect.stringMatching(/no link.*set public_url/)]);
    for (const local of ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:1"])
      expect(await warningsWith(people, local)).toEqual([
        expect.stringContaining(`${local}, which opens on this machine`),
      ]);
    expect(await warningsWith(people, "https://greenroom.example.com")).toEqual([]);
  });

  it("are not missed where only the log is told", async () => {
    expect(await warningsWith({})).toEqual([]);
    const contacts = [{ id: "me", name: "Me", channel: "line" }];
    expect(await warningsWith({ channels: { line: { kind: "log" } }, contacts, levels: [["me"]] })).toEqual([]);
  });
});

describe("who is told", () => {
  it("is the remedy's owner, the level, or the highest level that is named", async () => {
    const config = NotifyConfig.parse({
      ...full,
      channels: { mail: { kind: "log" }, hook: { kind: "log" }, chat: { kind: "log" } },
      contacts: full.contacts?.map((each) => ({ ...each })),
    });
    const notifier = startNotifier(config, { clock, log: silentLog });
    const ids = (level: number, remedy?: string): string[] => notifier.contacts(level, remedy).map((each) => each.id);
    expect(ids(0)).toEqual(["desk"]);
    expect(ids(0, "heat")).toEqual(["hvac"]);
    expect(ids(1, "heat")).toEqual(["lead"]);
    expect(ids(2)).toEqual(["lead"]);
    expect(ids(3)).toEqual(["lead"]);
    await notifier.stop();
  });

  it("is the log when nobody is named: one line, with the subject", async () => {
    const lines: string[] = [];
    const log = { ...silentLog, warn: (_: object, text: string) => lines.push(text) };
    const notifier = startNotifier(NotifyConfig.parse({}), { clock, log });
    const [contact] = notifier.contacts(0);
    expect(contact?.id).toBe("log");
    if (contact !== undefined) await notifier.send(contact, noticeWith());
    expect(lines).toEqual(["Act by 13:10: Harbour is 18.1 °C, needs 20–24 for Acme 14:00"]);
  });
});
