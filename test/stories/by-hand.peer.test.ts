import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RoomReadiness } from "#contract/messages/readiness.ts";
import { topicOf } from "#contract/wire.ts";
import { findMosquitto, type Mosquitto, startMosquitto } from "#test/peers/mosquitto.ts";
import type { RestClient } from "./rest-client.ts";
import { fromNow, harbourCard, ROOM, ROOM_KEY, SITE } from "./story-room.ts";
import { until } from "./until.ts";
import { WholeProgram } from "./whole-program.ts";
import { millis } from "#contract/units.ts";

const run = promisify(execFile);

describe.skipIf(findMosquitto() === undefined)(
  "a person with mosquitto_pub and mosquitto_sub (apt-get install mosquitto mosquitto-clients)",
  () => {
    let mosquitto: Mosquitto;
    let program: WholeProgram;
    let facilities: RestClient;
    const broker = (): string[] => ["-h", "127.0.0.1", "-p", String(mosquitto.port), "-q", "1"];

    beforeAll(async () => {
      mosquitto = await startMosquitto();
      program = await WholeProgram.start({ broker: mosquitto.url });
      facilities = await program.as("facilities");
      await facilities.ask("PUT", `/rooms/${ROOM_KEY}`, harbourCard);
    }, 90_000);
    afterAll(async () => {
      await program?.dispose();
      await mosquitto?.dispose();
    });

    it("publishes a reading, and it is on the board", async () => {
      const reading = JSON.stringify({ at: fromNow(millis(0)), metrics: { temperature_c: 21.5 } });
      await run("mosquitto_pub", [
        ...broker(),
        "-t",
        topicOf("reading", { site: SITE, room: ROOM, device: "air" }),
        "-m",
        reading,
      ]);
      await until("it is on the board", async () => (await facilities.rooms())[0]?.temperature_c === 21.5);
    });

    it("hears the room's verdict at once, as a panel at the door does", async () => {
      const { stdout } = await run("mosquitto_sub", [
        ...broker(),
        "-C",
        "1",
        "-W",
        "10",
        "-t",
        topicOf("readiness", { site: SITE, room: ROOM }),
      ]);
      const told = RoomReadiness.parse(JSON.parse(stdout));
      expect(told.evidence.find(({ metric }) => metric === "temperature_c")?.value).toBe(21.5);
    });

    it("sends nonsense, and finds it with its reason", async () => {
      await run("mosquitto_pub", [
        ...broker(),
        "-t",
        topicOf("reading", { site: SITE, room: ROOM, device: "air" }),
        "-m",
        "warm",
      ]);
      const kept = await until("it is among what was refused", async () => (await facilities.rejected())[0]);
      expect(kept).toMatchObject({ code: "BAD_JSON", payload: "warm" });
    });
  },
);
