import { join } from "node:path";
import type { Bus, Message } from "#contract/bus.ts";
import { type Clock, sleep } from "#contract/clock.ts";
import { systemClock, systemUptime } from "#contract/system-clock.ts";
import { GreenroomError, messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import { type MqttBusOptions, type MqttClientBus, startMqttBus } from "#contract/mqtt-bus.ts";
import { type Instant, type Millis, millis, parseInstant, rfc3339, seconds } from "#contract/units.ts";
import { encode, parsePayload, type Payload, ROOT, topicOf } from "#contract/wire.ts";
import type { EdgeConfig } from "./config.ts";
import { AgentTime } from "./agent-time.ts";
import { lockDataDir } from "./data-lock.ts";
import type { Driver } from "./drivers/driver.ts";
import { loadDrivers } from "./drivers/registry.ts";
import { brokerLogin } from "./identity/broker-login.ts";
import type { Identity } from "./identity/identity.ts";
import { Renewal } from "./identity/renewal.ts";
import { AnnouncedDevices } from "./link/announced.ts";
import { lastWill, Presence } from "./link/presence.ts";
import { Sender } from "./link/sender.ts";
import { machineStart } from "./machine-start.ts";
import { openFolder } from "./outbox/disk.ts";
import { Outbox, type OutboxStats } from "./outbox/outbox.ts";
import { asSent, type StoredReading } from "./outbox/record.ts";
import { OrderBook } from "./orders/order-book.ts";
import { Orders } from "./orders/orders.ts";
import { Poller } from "./poller.ts";

export { loadEdgeConfig } from "./config.ts";

/** A link that can be signed in to anew, where it is a real one. */
type AgentBus = Bus & Partial<Pick<MqttClientBus, "signInWith">>;

export interface EdgeOptions {
  config: EdgeConfig;
  clock: Clock;
  log: Log;
  /** The link; MQTT unless a test brings its own. */
  makeBus?: (options: MqttBusOptions) => Promise<AgentBus>;
  /** What passes evenly whatever the clock does; the system's where absent. */
  uptime?: () => Millis;
  /** What tells this start of the machine from others; the system's word where absent. */
  machine?: string;
  /** Between 0 and 1. */
  random?: () => number;
  /** Told of each reading once it is safe on disk: for tests and measurements. */
  onKept?: (reading: StoredReading) => void;
}

export interface EdgeStats extends OutboxStats {
  boot: string;
  isLinked: boolean;
  readings: number;
  sent: number;
  /** Another agent under the same id, where one was heard. */
  otherBoot: string | undefined;
}

/** A running agent. */
export interface Edge {
  readonly boot: string;
  stats(): EdgeStats;
  /** Ends polling, hands over what it can in a moment, says goodbye. Safe to call twice. */
  stop(): Promise<void>;
}

const VERSION = "0.1.0";
const MEMORY_BYTES = 8 * 1024 * 1024;
/** How long a stop waits for the broker to take what is left; the rest stays in the outbox. */
const DRAIN: Millis = seconds(3);
/** How long the first link waits for the server's time. */
const TIME_WAIT: Millis = seconds(2);
const DRAIN_LOOK: Millis = millis(20);

/** Starts an agent. It runs, polls and keeps readings whether or not there is a link; rejects only where it cannot keep them. */
export async function startEdge(given: EdgeOptions): Promise<Edge> {
  const { config, log, machine = machineStart() } = given;
  // Another clock than the system's is set by nobody.
  const even = given.clock === systemClock ? systemUptime : (): Millis => millis(given.clock.now());
  const clock = new AgentTime({ clock: given.clock, uptime: given.uptime ?? even, log });
  const options = { ...given, clock };
  const unlock = lockDataDir(config.dataDir);
  try {
    const drivers = await loadDrivers(config.devices.map(({ driver }) => driver));
    const disk = await openFolder(join(config.dataDir, `outbox-${config.site}-${config.agent}`));
    const limits = { ...config.outbox, maxMemoryBytes: MEMORY_BYTES };
    const outbox = await Outbox.open({ disk, agent: config.agent, clock, log, limits, machine });
    const book = await OrderBook.open({
      disk: await openFolder(config.dataDir),
      name: `orders-${config.site}-${config.agent}.json`,
      log,
    });
    const agent = new Agent(options, { outbox, book, unlock, drivers, time: clock });
    await agent.start();
    return agent;
  } catch (error) {
    clock.stop();
    unlock();
    if (error instanceof GreenroomError) throw error;
    throw new GreenroomError("CONFIG_INVALID", `the agent cannot start: ${messageOf(error)}`, error);
  }
}

interface AgentParts {
  outbox: Outbox;
  book: OrderBook;
  unlock: () => void;
  drivers: ReadonlyMap<string, Driver>;
  time: AgentTime;
}

class Agent implements Edge {
  readonly #options: EdgeOptions;
  readonly #outbox: Outbox;
  readonly #time: AgentTime;
  readonly #unlock: () => void;
  readonly #sender: Sender;
  readonly #presence: Presence;
  readonly #pollers: readonly Poller[];
  readonly #orders: Orders;
  readonly #renewal: Renewal | undefined;
  readonly #topics = new Map<string, string>();
  #bus: AgentBus | undefined;
  #readings = 0;
  /** Whoever waits for the server's time. */
  #onTime: () => void = () => {};
  /** Said once, until one can be read again. */
  #isConfirmationBad = false;
  #stopped: Promise<void> | undefined;
  /** Timers do not keep a process alive, and an agent without a link has nothing else. */
  readonly #alive = new MessageChannel();

  constructor(options: EdgeOptions, { outbox, book, unlock, drivers, time }: AgentParts) {
    const { config, clock, log, random = Math.random } = options;
    const { site, agent } = config;
    this.#options = options;
    this.#outbox = outbox;
    this.#time = time;
    this.#unlock = unlock;
    this.#sender = new Sender({
      outbox,
      clock,
      dated: (reading) => time.dated(reading),
      log,
      publish: (reading, isLate) => this.#publish(reading, isLate),
      onSilence: () => this.#presence.remind(),
    });
    const devices = config.devices.map(({ room, device }) => `${room}/${device}`);
    const announced = new AnnouncedDevices(join(config.dataDir, `announced-${site}-${agent}.json`), devices);
    const boot = outbox.boot;
    this.#presence = new Presence({ site, agent, version: VERSION, boot, devices, announced, outbox, clock, log });
    this.#pollers = config.devices.map((device) => {
      const driver = drivers.get(device.driver);
      if (driver === undefined) throw new GreenroomError("CONFIG_INVALID", `there is no driver ${device.driver}`);
      return new Poller({
        device,
        driver,
        agent,
        clock,
        log,
        random,
        onReading: (at, metrics) =>
          this.#take({ room: device.room, device: device.device, at, up: time.uptime, metrics }),
        onState: (state) => this.#presence.tell(device.room, device.device, state),
      });
    });
    const places = new Map(config.devices.map(({ room, device }, i) => [`${room}/${device}`, this.#pollers[i]]));
    this.#orders = new Orders({
      clock,
      log,
      book,
      deviceOf: (room, device) => places.get(`${room}/${device}`),
      answer: (room, device, result) => this.#answer(topicOf("result", { site, room, device }), result),
    });
    this.#renewal = this.#renewalOf(options);
  }

  get boot(): string {
    return this.#outbox.boot;
  }

  /** Where the configuration names a key, that is what counts, and somebody else changes it. */
  #renewalOf({ config, clock, log, random = Math.random }: EdgeOptions): Renewal | undefined {
    const { identity, dataDir, key } = config;
    if (identity === undefined || key !== undefined) return undefined;
    const onRenewed = (renewed: Identity): void => {
      const { password, ca, cert, key: privateKey } = brokerLogin({ ...config, identity: renewed });
      const credentials = { password, ca, cert, key: privateKey };
      // Signed in anew at once: what was lost on the way shows now, while the old certificate is still good.
      this.#bus?.signInWith?.(credentials);
    };
    return new Renewal({ identity, dataDir, clock, log, random, onRenewed });
  }

  async start(): Promise<void> {
    const { config, clock, log, makeBus = startMqttBus } = this.#options;
    const { site, agent } = config;
    // Listening keeps the process.
    this.#alive.port1.addEventListener("message", () => {});
    const bus = await makeBus({
      ...brokerLogin(config),
      clientId: `${agent.slice(0, 40)}.${this.boot.slice(-20)}`,
      will: lastWill(site, agent, { at: rfc3339(clock.now()), boot: this.boot }),
      clock,
      log,
    });
    this.#bus = bus;
    this.#presence.use(bus);
    this.#listen(bus, topicOf("committed", { site, agent }), (message) => this.#confirm(message));
    this.#listen(bus, topicOf("agentState", { site, agent }), ({ payload }) => this.#presence.hear(payload));
    for (const room of new Set(config.devices.map((device) => device.room)))
      this.#listen(bus, `${ROOT}/${site}/${room}/+/command`, (message) => this.#orders.take(message));
    bus.onLink((isUp) => (isUp ? void this.#linkUp(bus) : this.#linkDown()));
    if (bus.connected) void this.#linkUp(bus);
    for (const poller of this.#pollers) poller.start();
    this.#renewal?.start();
    log.info(
      { site, agent, boot: this.boot, devices: this.#pollers.length, waiting: this.#outbox.stats().waiting },
      "the agent runs",
    );
  }

  stats(): EdgeStats {
    return {
      ...this.#outbox.stats(),
      boot: this.boot,
      isLinked: this.#bus?.connected === true,
      readings: this.#readings,
      sent: this.#sender.stats.sent,
      otherBoot: this.#presence.otherBoot,
    };
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    const { clock, log } = this.#options;
    this.#orders.stop();
    this.#renewal?.stop();
    await Promise.all(this.#pollers.map((poller) => poller.stop()));
    await this.#outbox.flush();
    for (let waited = 0; this.#bus?.connected === true && !this.#sender.isIdle && waited < DRAIN; waited += DRAIN_LOOK)
      await sleep(clock, DRAIN_LOOK);
    await this.#presence.leave();
    this.#sender.linkDown();
    await Promise.race([this.#bus?.close(), sleep(clock, DRAIN)]);
    await this.#outbox.close();
    this.#time.stop();
    this.#unlock();
    this.#alive.port1.close();
    log.info({ waiting: this.#outbox.stats().waiting }, "the agent has stopped");
  }

  /** Without `committed` the outbox would never shrink, so a refusal is said. Others see to two agents of one id by themselves. */
  #listen(bus: Bus, topic: string, handler: (message: Message) => void): void {
    bus.subscribe(topic, handler).catch((error: unknown) => {
      if (this.#stopped !== undefined) return;
      const isNeeded = topic.endsWith("/committed");
      const fields = { topic, why: messageOf(error) };
      if (isNeeded) this.#options.log.error(fields, "the broker refuses a topic that this agent needs");
      else if (topic.endsWith("/command")) this.#options.log.warn(fields, "the broker lets no commands through");
      else this.#options.log.debug(fields, "this broker does not let an agent hear its own state");
    });
  }

  async #linkUp(bus: Bus): Promise<void> {
    // What was confirmed while the link was down need not be sent again.
    await bus.settled();
    if (!bus.connected || this.#stopped !== undefined) return;
    this.#presence.linkUp();
    await this.#askTime();
    if (!bus.connected || this.#stopped !== undefined) return;
    this.#sender.linkUp();
    this.#orders.linkUp();
  }

  /** The recorder answers a birth with what it has, and so with its time. Without that, what is sent first could be dated wrong. */
  async #askTime(): Promise<void> {
    if (this.#time.hasHeard) return;
    const heard = Promise.withResolvers<void>();
    this.#onTime = heard.resolve;
    const cancel = this.#options.clock.after(TIME_WAIT, heard.resolve);
    await heard.promise;
    cancel();
  }

  #heard(at: Instant): void {
    this.#time.learn(at);
    this.#onTime();
  }

  #linkDown(): void {
    this.#presence.linkDown();
    this.#sender.linkDown();
  }

  #take(taken: Parameters<Outbox["put"]>[0]): void {
    this.#readings += 1;
    const { reading, kept } = this.#outbox.put(taken);
    this.#sender.offer(reading);
    const { onKept } = this.#options;
    if (onKept !== undefined) void kept.then(() => onKept(reading)).catch(() => {});
  }

  #publish(reading: StoredReading, isLate: boolean): Promise<void> {
    const { room, device } = reading;
    const body = redated(reading, this.#time.dated(reading));
    const bus = this.#bus;
    if (bus === undefined) return Promise.reject(new GreenroomError("LINK_DOWN", "no link yet"));
    const place = `${room}/${device}`;
    let topic = this.#topics.get(place);
    if (topic === undefined) {
      topic = topicOf("reading", { site: this.#options.config.site, room, device });
      this.#topics.set(place, topic);
    }
    return bus.publish(topic, asSent({ body, skipped: reading.skipped }, isLate), { qos: 1 });
  }

  async #answer(topic: string, result: Payload<"result">): Promise<void> {
    if (this.#bus === undefined) throw new GreenroomError("LINK_DOWN", "no link yet");
    await this.#bus.publish(topic, encode("result", result), { qos: 1 });
  }

  /** What the broker had kept was said some time ago. */
  #confirm({ payload, retained }: Message): void {
    const parsed = parsePayload("committed", payload);
    if (!parsed.ok) {
      const { code, where, why } = parsed;
      if (!this.#isConfirmationBad) this.#options.log.warn({ code, where, why }, "a confirmation cannot be read");
      this.#isConfirmationBad = true;
      return;
    }
    this.#isConfirmationBad = false;
    const at = parseInstant(parsed.value.at);
    if (!retained && at !== undefined) this.#heard(at);
    if (this.#outbox.confirm(parsed.value.boots)) this.#sender.confirmed();
    else this.#sender.heard();
  }
}

/** The same message with another time: its first key is `at`. */
function redated({ at, body }: StoredReading, dated: Instant): string {
  if (dated === at) return body;
  const head = `{"at":"${rfc3339(at)}"`;
  return body.startsWith(head) ? `{"at":"${rfc3339(dated)}"${body.slice(head.length)}` : body;
}
