import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { UnclaimedAnswer } from "#contract/api/claims.ts";
import { sampleMessages } from "#gateway/translate/sample-messages.ts";
import { readPayload } from "#gateway/translate/sparkplug/payload.ts";
import { findMosquitto, type Mosquitto, startMosquitto } from "../peers/mosquitto.ts";
import { recorded } from "./recorded.ts";
import type { RestClient } from "./rest-client.ts";
import { harbourCard, ROOM_KEY, SITE } from "./story-room.ts";
import { until } from "./until.ts";
import { WholeProgram } from "./whole-program.ts";

/** The customer's own Mosquitto, with vendors' gear on it as `mosquitto_pub` speaks it; Greenroom listens with a key of its own. */
const isThere = findMosquitto() !== undefined;
if (!isThere && process.env["CI"] !== undefined) throw new Error("mosquitto is not installed");
const run = promisify(execFile);
const KEY = "the-broker-s-own-key";

describe.skipIf(!isThere)("gear on a customer's broker", () => {
  let mosquitto: Mosquitto;
  let program: WholeProgram;
  let facilities: RestClient;
  const folder = mkdtempSync(join(tmpdir(), "greenroom-vendor-"));
  const keyFile = join(folder, "key");

  const asUser = (user: string): string[] => ["-h", "127.0.0.1", "-p", String(mosquitto.port), "-u", user, "-P", KEY];
  const says = async (topic: string, payload: string | Uint8Array, ...more: string[]): Promise<void> => {
    const file = join(folder, "payload");
    writeFileSync(file, payload);
    await run("mosquitto_pub", [...asUser("gear"), "-q", "1", "-t", topic, "-f", file, ...more]);
  };
  const waiting = async (device: string): Promise<UnclaimedAnswer["devices"][number] | undefined> =>
    (await facilities.ask<UnclaimedAnswer>("GET", "/unclaimed")).devices.find((one) => one.device === device);
  const temperatures = (): number[] => recorded(program.dataDir, { device: "air", metric: "temperature_c" });

  beforeAll(async () => {
    writeFileSync(keyFile, `${KEY}\n`, { mode: 0o600 });
    mosquitto = await startMosquitto({
      users: { greenroom: KEY, gear: KEY },
      // What the page on sensors tells to allow.
      acl: [
        "pattern readwrite greenroom/settled/%c",
        "user gear",
        "topic readwrite #",
        "user greenroom",
        "topic read zigbee2mqtt/#",
        "topic read shellies/#",
        "topic read spBv1.0/#",
        "topic write spBv1.0/+/NCMD/+",
        "topic readwrite spBv1.0/STATE/greenroom",
      ].join("\n"),
      persistence: true,
    });
    const broker = { url: mosquitto.url, username: "greenroom", password_file: keyFile };
    // Kept by the broker before Greenroom is there: no news.
    await says("zigbee2mqtt/Harbour air", '{"temperature":35}', "-r");
    await says("shellies/shellyht-1/online", "false", "-r");
    program = await WholeProgram.start({
      config: {
        site: SITE,
        translate: [
          {
            vendor: "zigbee2mqtt",
            broker,
            devices: { "Harbour air": { room: "harbour", device: "air", use: "room_air" } },
          },
          { vendor: "shelly-1", broker },
          { vendor: "sparkplug", broker, host_id: "greenroom" },
        ],
      },
    });
    facilities = await program.as("facilities");
    await facilities.ask("PUT", `/rooms/${ROOM_KEY}`, harbourCard);
  }, 90_000);
  afterAll(async () => {
    await program?.dispose();
    await mosquitto?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it("counts for its room, and what the broker had kept does not", async () => {
    await until("Greenroom listens", async () => {
      await says("zigbee2mqtt/Harbour air", '{"temperature":21.5,"co2":600,"linkquality":99}');
      return temperatures().length > 0 ? true : undefined;
    });
    const temperature = await until("the room counts it", async () => {
      const { evidence } = await facilities.room(ROOM_KEY);
      return evidence.find(({ device, metric }) => device === "air" && metric === "temperature_c");
    });
    expect(temperature).toMatchObject({ kind: "known", value: 21.5 });
  });

  it("waits to be claimed as it is, without the last wills that the broker keeps", async () => {
    await says("shellies/shellyplug-2/relay/0", "on");
    await until("the plug waits", () => waiting("shellyplug-2"));
    expect(await waiting("shellyht-1")).toBeUndefined();
  });

  it("is heard again after the broker was killed and came back", async () => {
    await mosquitto.kill9();
    await mosquitto.start();
    const before = temperatures().length;
    await until(
      "Greenroom listens again",
      async () => {
        await says("zigbee2mqtt/Harbour air", '{"temperature":22.5}');
        return temperatures().length > before ? true : undefined;
      },
      30_000,
    );
  });

  it("of Sparkplug finds a host that says it is there, and is asked to be born again after a gap", async () => {
    const listener = spawn("mosquitto_sub", [
      ...asUser("gear"),
      "-t",
      "spBv1.0/STATE/+",
      "-t",
      "spBv1.0/+/NCMD/#",
      "-F",
      "%t %x",
    ]);
    let heard = "";
    listener.stdout.on("data", (chunk: Buffer) => (heard += chunk.toString()));
    try {
      const state = await until("the host's state", () => /spBv1.0\/STATE\/greenroom (\w+)/.exec(heard)?.[1]);
      expect(JSON.parse(Buffer.from(state, "hex").toString())).toMatchObject({ online: true });
      // Data without a birth: its aliases mean nothing yet.
      const [, , data] = sampleMessages["sparkplug"] ?? [];
      await says(data?.topic ?? "", data?.payload ?? "");
      const asked = await until("a rebirth is asked for", () => /NCMD\/gw (\w+)/.exec(heard)?.[1]);
      expect(readPayload(Buffer.from(asked, "hex")).metrics).toMatchObject([
        { name: "Node Control/Rebirth", value: true },
      ]);
    } finally {
      listener.kill();
    }
  });
});
