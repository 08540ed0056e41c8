import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Bus } from "#contract/bus.ts";
import { silentLog } from "#contract/log.ts";
import { startMqttBus } from "#contract/mqtt-bus.ts";
import { systemClock } from "#contract/system-clock.ts";
import { millis } from "#contract/units.ts";
import { filterOf, publish } from "#contract/wire.ts";
import type { ChaosBench } from "#edge/testing/chaos-bench.ts";
import { wait } from "#edge/testing/chaos-bench.ts";
import { type EmbeddedBroker, startEmbeddedBroker } from "#gateway/broker/embedded.ts";
import { startMosquitto } from "../peers/mosquitto.ts";
import { CutLine } from "./cut-line.ts";

/** A broker with somebody who stores and confirms, and the line to it. */
export interface FarSide {
  /** Leads over the line. */
  readonly url: string;
  readonly line: CutLine;
  /** As a kill or a power cut. */
  down(): Promise<void>;
  up(): Promise<void>;
  stop(): Promise<void>;
}

/** Half a second of the time in which the agents live. */
const TELL = millis(25);
/** A group commit of a recorder. */
const STORE_MS = 2;

/** The embedded broker, which acknowledges what is stored. */
export async function startEmbeddedSide(bench: ChaosBench): Promise<FarSide> {
  let broker: EmbeddedBroker | undefined;
  let port = 0;
  let cancel = (): void => {};
  const dataDir = join(bench.folder, "broker");
  mkdirSync(dataDir, { recursive: true });
  const up = async (): Promise<void> => {
    const started = await startEmbeddedBroker({
      host: "127.0.0.1",
      port,
      dataDir,
      clock: systemClock,
      log: silentLog,
      authenticate: ({ key }) => Promise.resolve(key === bench.key ? { rooms: [`${bench.site}/atrium`] } : undefined),
      intake: {
        accept: async ({ payload }) => {
          await wait(STORE_MS);
          bench.store(payload);
        },
        refused: ({ topic, why }) => {
          bench.errors.push(`${topic}: ${why}`);
        },
      },
    });
    broker = started;
    port = started.port;
    cancel = tellCommitted(started.bus(), bench);
  };
  const down = async (): Promise<void> => {
    cancel();
    await broker?.stop();
    broker = undefined;
  };
  await up();
  const line = await CutLine.start(() => port);
  return {
    url: line.url,
    line,
    down,
    up,
    async stop() {
      line.stop();
      await down();
    },
  };
}

/** Mosquitto, which acknowledges what it has, and forgets it when it is killed. */
export async function startMosquittoSide(bench: ChaosBench): Promise<FarSide> {
  const mosquitto = await startMosquitto();
  const recorder = await startMqttBus({
    url: mosquitto.url,
    clock: systemClock,
    log: silentLog,
    reconnect: { first: millis(50), ceiling: millis(200) },
  });
  await recorder.subscribe(filterOf("reading"), ({ payload }) => bench.store(payload));
  const cancel = tellCommitted(recorder, bench);
  const line = await CutLine.start(() => mosquitto.port);
  return {
    url: line.url,
    line,
    down: () => mosquitto.kill9(),
    up: () => mosquitto.start(),
    async stop() {
      line.stop();
      cancel();
      await recorder.close();
      await mosquitto.dispose();
    },
  };
}

const tellCommitted = (bus: Bus, bench: ChaosBench): (() => void) =>
  systemClock.every(TELL, () => {
    publish(bus, "committed", { site: bench.site, agent: bench.agent }, bench.committed()).catch(() => {});
  });
