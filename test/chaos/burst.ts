import { connectAsync, type MqttClient } from "mqtt";
import { systemClock } from "#contract/system-clock.ts";
import { instant, rfc3339 } from "#contract/units.ts";
import { encode, topicOf } from "#contract/wire.ts";
import { ROOM, SITE } from "#test/stories/story-room.ts";

const IN_FLIGHT = 50;
const HOUR = 3_600_000;

/** A device that sends as fast as it is acknowledged, and keeps the books: what it sent, and what was acknowledged. */
export class Burst {
  /** By their own instants, a millisecond apart, in the past. */
  readonly sent = new Set<number>();
  readonly acknowledged: number[] = [];
  readonly #port: number;
  readonly #login: { agent: string; key: string };
  #client: MqttClient | undefined;
  #next = systemClock.now() - 24 * HOUR;
  #senders: Promise<void>[] = [];
  /** The connection has ended. */
  isOver = false;

  constructor(port: number, login: { agent: string; key: string }) {
    this.#port = port;
    this.#login = login;
  }

  async begin(): Promise<void> {
    const { agent, key } = this.#login;
    this.isOver = false;
    const client = await connectAsync({
      host: "127.0.0.1",
      port: this.#port,
      clientId: agent,
      username: agent,
      password: key,
      reconnectPeriod: 0,
    });
    client.on("error", () => {});
    client.setMaxListeners(IN_FLIGHT + 10);
    client.once("close", () => (this.isOver = true));
    this.#client = client;
    this.#senders = Array.from({ length: IN_FLIGHT }, () => this.#send(client));
  }

  /** When the other side is gone: everything on its way has been given up. */
  async end(): Promise<void> {
    this.isOver = true;
    this.#client?.end(true);
    await Promise.all(this.#senders);
    this.#client = undefined;
  }

  async stop(): Promise<void> {
    if (this.#client !== undefined) await this.end();
  }

  async #send(client: MqttClient): Promise<void> {
    const topic = topicOf("reading", { site: SITE, room: ROOM, device: this.#login.agent });
    while (!this.isOver) {
      const at = this.#next++;
      this.sent.add(at);
      const reading = { at: rfc3339(instant(at)), metrics: { co2_ppm: 500 + (at % 100) }, late: true };
      const isTaken = await acknowledged(client, topic, encode("reading", reading));
      if (!isTaken) return;
      this.acknowledged.push(at);
    }
  }
}

/** Whether its PUBACK came before the connection ended. */
const acknowledged = (client: MqttClient, topic: string, payload: string): Promise<boolean> =>
  new Promise((resolve) => {
    const close = (): void => resolve(false);
    client.once("close", close);
    client.publish(topic, payload, { qos: 1 }, (error) => {
      client.off("close", close);
      resolve(error === undefined || error === null);
    });
  });
