import PostalMime from "postal-mime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AlertView, DemoView } from "#contract/api/views.ts";
import { systemClock } from "#contract/system-clock.ts";
import { minutes, parseInstant } from "#contract/units.ts";
import { NotifyConfig } from "#gateway/notify/config.ts";
import { LiveClient } from "./live-client.ts";
import { type MailServer, startMailServer } from "./mail-server.ts";
import { recorded } from "./recorded.ts";
import type { RestClient } from "./rest-client.ts";
import { harbourCard, ROOM_KEY, type StoryAgent, visitIn, WELL } from "./story-room.ts";
import { until } from "./until.ts";
import { startWebhookReceiver, type WebhookReceiver } from "./webhook-receiver.ts";

/** What the main story is told on: Greenroom, in one process or in several. */
export interface Stage {
  /** Where the server's data is. */
  dataDir: string;
  url(): string;
  facilities(): Promise<RestClient>;
  signIn(): Promise<StoryAgent>;
  /** Ends every process of ours with that signal, and starts it again on the same data. */
  restart(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
  dispose(): Promise<void>;
}

export interface Told {
  mail: MailServer;
  hook: WebhookReceiver;
  /** As `greenroom.yaml` has it; its secret is in `HOOK_SECRET`. */
  notify: NotifyConfig;
}

/** 0.8 K above the comfort band: with 90 minutes to go, somebody has to act soon, and still can. */
const HOT = { ...WELL, air: { ...WELL["air"], temperature_c: 24.8 } };
const HOT_FOR = minutes(9);

/** Mail and webhook of a facilities desk, and the lead's mail. */
async function startTold(): Promise<Told> {
  const [mail, hook] = await Promise.all([startMailServer(), startWebhookReceiver()]);
  return {
    mail,
    hook,
    notify: NotifyConfig.parse({
      channels: {
        mail: {
          kind: "email",
          host: "127.0.0.1",
          port: mail.port,
          security: "none",
          from: "Greenroom <greenroom@example.com>",
        },
        desk: { kind: "webhook", url: hook.url, secret: { env: "HOOK_SECRET" } },
      },
      contacts: [
        { id: "facilities", name: "Facilities", channel: "mail", to: "facilities@example.com" },
        { id: "desk", name: "Service desk", channel: "desk" },
        { id: "lead", name: "Priya", channel: "mail", to: "priya@example.com" },
      ],
      levels: [["facilities", "desk"], ["lead"]],
    }),
  };
}

/** From a reading to a person and back, told on any stage; each promise builds on the one before. */
export function describeMainStory(name: string, begin: (told: Told) => Promise<Stage>): void {
  describe(`a hot room before a visit: ${name}`, () => {
    let stage: Stage;
    let told: Told;
    let agent: StoryAgent;
    let facilities: RestClient;
    let live: LiveClient;
    let demo: DemoView;
    let alert: AlertView;

    beforeAll(async () => {
      told = await startTold();
      stage = await begin(told);
      facilities = await stage.facilities();
    }, 90_000);
    afterAll(async () => {
      live?.stop();
      await agent?.stop();
      await stage?.dispose();
      await told?.mail.stop();
      await told?.hook.stop();
    });

    const visit = (): Promise<DemoView> => facilities.demo(demo.id);

    it("a room that is well is ready for its visit", async () => {
      await facilities.ask("PUT", `/rooms/${ROOM_KEY}`, harbourCard);
      demo = await facilities.ask<DemoView>("POST", "/demos", visitIn(minutes(120)));
      agent = await stage.signIn();
      live = new LiveClient(stage.url(), facilities.token);
      await agent.tellPast(WELL, minutes(30), minutes(10));
      await until("the visit is ready", async () => (await visit()).status === "ready");
    });

    it("readings over MQTT turn its verdict: at risk, with the latest moment to act", async () => {
      await agent.tellPast(HOT, HOT_FOR, HOT_FOR);
      await until("the first hot reading is seen", () => live.rooms.get(ROOM_KEY)?.temperature_c === 24.8);
      await agent.tellPast(HOT, minutes(8), minutes(0));
      const atRisk = await until("the visit is at risk", async () => {
        const seen = await visit();
        const counts = seen.readiness?.verdict.outcome === "degraded";
        return seen.status === "at_risk" && counts && seen;
      });
      expect(atRisk.sentence).toMatch(/^Room is 24\.8 °C since \d\d:\d\d, 0\.8 K above 24; .* Act by \d\d:\d\d\.$/);
      const actBy = parseInstant(atRisk.readiness?.act_by ?? "") ?? 0;
      expect(actBy).toBeGreaterThan(systemClock.now());
      expect(actBy).toBeLessThan(parseInstant(demo.arrival) ?? 0);
      const room = await facilities.room(ROOM_KEY);
      expect([room.temperature_c, room.currency]).toEqual([24.8, "live"]);
      const lost = room.verdict?.checks.reduce((sum, check) => sum + check.lost, 0);
      expect(lost).toBeCloseTo(100 - room.score, 6);
    });

    it("an alert with its act-by is on the screens and over REST, and is the same", async () => {
      alert = await until("an alert over REST", async () => (await facilities.alerts())[0]);
      expect(alert).toMatchObject({ room_key: ROOM_KEY, cause: "temperature", demo: demo.id, status: "open" });
      expect(parseInstant(alert.act_by)).toBeLessThan(parseInstant(demo.arrival) ?? 0);
      await until("the alert on the live feed", () => live.alerts.get(alert.id)?.act_by === alert.act_by);
      await until("the visit's alert on the live feed", () => live.demos.get(demo.id)?.alerts.includes(alert.id));
      expect(live.demos.get(demo.id)?.status).toBe("at_risk");
      expect(await facilities.alerts()).toHaveLength(1);
    });

    it("a mail reaches facilities: what, for whom, until when, and what to do", async () => {
      const { recipients, raw } = await until("a mail", () => told.mail.mails[0]);
      const mail = await PostalMime.parse(raw);
      expect(recipients).toEqual(["facilities@example.com"]);
      expect(mail.from?.address).toBe("greenroom@example.com");
      expect(mail.subject).toMatch(/^Act by \d\d:\d\d: Harbour is 24\.8 °C .* for Acme Ltd/);
      for (const text of [mail.text, mail.html]) {
        expect(text).toContain("Correct heating or cooling");
        expect(text).toContain(stage.url());
      }
    });

    it("a webhook arrives, and its signature verifies", async () => {
      const call = await until("a webhook", () => told.hook.calls[0]);
      expect(call.isGenuine).toBe(true);
      expect(call.id).toContain(alert.id);
      expect(call.body).toContain("Harbour is 24.8 °C");
    });

    it("who acknowledges it is seen by everybody", async () => {
      await facilities.ask("POST", `/alerts/${alert.id}/reply`, { reply: "acknowledge", note: "cooling is on" });
      await until("it is acknowledged on the live feed", () => live.alerts.get(alert.id)?.status === "acknowledged");
      const seen = await facilities.alert(alert.id);
      expect(seen.history.find(({ event }) => event === "acknowledged")).toMatchObject({ note: "cooling is on" });
      await until("both messages are known to be sent", async () => {
        const { notifications } = await facilities.alert(alert.id);
        return notifications.length === 2 && notifications.every(({ state }) => state === "sent");
      });
    });

    for (const [how, signal] of [
      ["a stop in order", "SIGTERM"],
      ["a kill -9", "SIGKILL"],
    ] as const) {
      it(`${how} keeps history, verdict, alert and acknowledgement, and sends nothing twice`, async () => {
        const air = { device: "air", metric: "temperature_c" };
        await until("everything is in history", () => recorded(stage.dataDir, air).length >= agent.toldOf("air"));
        const before = recorded(stage.dataDir, air);
        const messages = [told.mail.mails.length, told.hook.calls.length];
        live.stop();

        await stage.restart(signal);
        // Without any new reading.
        const again = await until("the visit is at risk as before", async () => {
          const seen = await visit();
          return seen.status === "at_risk" && seen.currency === "live" && seen;
        });
        expect(again.readiness?.verdict.checks.find(({ check }) => check === "temperature")?.value).toBe(24.8);
        live = new LiveClient(stage.url(), facilities.token);
        const kept = await until("the alert is there", async () => (await facilities.alerts())[0]);
        expect(kept).toMatchObject({ id: alert.id, status: "acknowledged", raised_at: alert.raised_at });
        expect(recorded(stage.dataDir, air)).toEqual(before);

        // And it goes on: a new reading is judged, and nobody is told a second time.
        await agent.tellAgain("air", { ...HOT.air, temperature_c: 24.9 });
        await until("the new reading is on the screen", () => live.rooms.get(ROOM_KEY)?.temperature_c === 24.9);
        await agent.tellAgain("air", HOT.air);
        await until("and the next", () => live.rooms.get(ROOM_KEY)?.temperature_c === 24.8);
        expect([told.mail.mails.length, told.hook.calls.length]).toEqual(messages);
        expect(await facilities.alerts()).toHaveLength(1);
      }, 60_000);
    }
  });
}
