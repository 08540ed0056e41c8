import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Bus } from "#contract/bus.ts";
import type { Clock } from "#contract/clock.ts";
import { GreenroomError } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import { type MqttBusOptions, startMqttBus } from "#contract/mqtt-bus.ts";
import { type EmbeddedBroker, startEmbeddedBroker } from "#gateway/broker/embedded.ts";
import type { BrokerLimits } from "#gateway/broker/limits.ts";
import type { Intake } from "#gateway/broker/intake.ts";
import type { Authenticate } from "#gateway/broker/sign-in.ts";
import { type BrokerConfig, mapName, type SubscriptionMap } from "#gateway/relay/config.ts";
import type { Relay, RelayOptions, VendorLink } from "#gateway/relay/relay.ts";
import { type Authority, authorityOf } from "#server/authority/authority.ts";
import type { AgentBroker } from "#server/people/enrolment.ts";
import { brokerCaOf, keepCertificate, securePortOf } from "./secure-port.ts";
import type { Settings } from "./settings.ts";

/** The wire of this process: the embedded broker, or a client of an external one. */
export interface Link {
  url: string;
  embedded: EmbeddedBroker | undefined;
  /** A bus for one of the process's parts. */
  bus(part: string): Promise<Bus>;
  /**
   * A bus whose session the broker keeps while nobody has it open; whoever opens it again has what came meanwhile, and a
   * broker closes the older of two. Nothing where the broker is embedded: it is never away without this process.
   */
  session(part: string): Promise<Bus | undefined>;
  /** From here on readings are recorded; until then their acknowledgement waits. */
  record(recorder: Intake): void;
  /** Opens the broker of a subscription map: its own, or this one. */
  gear: OpenGear;
  /** From here on vendors' messages are translated; until then their acknowledgement waits. */
  translateWith(relay: Pick<Relay, "offer"> | undefined): void;
  /** From here on agents can sign in; until then their sign-in waits. */
  authenticateWith(verify: Authenticate): void;
  /** What agents that enrol are told of the broker. */
  agentBroker: AgentBroker;
  stop(): Promise<void>;
}

type OpenGear = RelayOptions["link"];

interface LinkOptions {
  settings: Settings;
  clock: Clock;
  log: Log;
  brokerLimits?: Partial<BrokerLimits>;
  /** Signs the certificate of the port with TLS, and knows whose client certificates are right. */
  authority?: () => Promise<Authority>;
}

export const startLink = (options: LinkOptions): Promise<Link> =>
  options.settings.broker === undefined ? startEmbedded(options) : Promise.resolve(external(options));

async function startEmbedded(options: LinkOptions): Promise<Link> {
  const { settings, clock, log, brokerLimits } = options;
  const { authority = authorityOf(settings.data_dir, clock) } = options;
  const secure = await securePortOf(settings, authority);
  // Keys do not travel in the clear where there is another way.
  const host = settings.mqtt_host ?? (secure === undefined ? settings.host : "127.0.0.1");
  const recorder = Promise.withResolvers<Intake>();
  const verify = Promise.withResolvers<Authenticate>();
  const relay = Promise.withResolvers<Pick<Relay, "offer"> | undefined>();
  let intake: Intake | undefined;
  let translator: Pick<Relay, "offer"> | undefined;
  const broker = await startEmbeddedBroker({
    host,
    port: settings.mqtt_port,
    ...(secure !== undefined && { secure }),
    dataDir: settings.data_dir,
    clock,
    log,
    ...(brokerLimits === undefined ? {} : { limits: brokerLimits }),
    authenticate: async (login) => (await verify.promise)(login),
    intake: {
      accept: (publish) =>
        intake === undefined ? recorder.promise.then((ready) => ready.accept(publish)) : intake.accept(publish),
      gear: (message) =>
        translator === undefined
          ? relay.promise.then((ready) => ready?.offer({ ...message, retained: false }))
          : translator.offer({ ...message, retained: false }),
      refused: (refusal) => void recorder.promise.then((ready) => ready.refused(refusal)),
    },
  });
  const endWatch =
    secure === undefined ? undefined : keepCertificate({ settings, authority, clock, log }, broker, secure.tls);
  return {
    url: `mqtt://${host}:${broker.port}`,
    agentBroker: {
      url: (asked) =>
        broker.securePort === undefined
          ? `mqtt://${bracketed(asked)}:${broker.port}`
          : `mqtts://${bracketed(settings.mqtts?.names[0] ?? asked)}:${broker.securePort}`,
      ca: brokerCaOf(settings),
    },
    embedded: broker,
    bus: () => Promise.resolve(broker.bus()),
    session: () => Promise.resolve(undefined),
    gear: async (map, will) =>
      map.broker === undefined
        ? linkTo(broker.bus(), true)
        : linkTo(await openGear(map.broker, map, { site: settings.site, will, clock, log })),
    translateWith: (ready) => {
      translator = ready;
      relay.resolve(ready);
    },
    record: (ready) => {
      intake = ready;
      recorder.resolve(ready);
    },
    authenticateWith: (ready) => verify.resolve(ready),
    stop: async () => {
      endWatch?.();
      await broker.stop();
    },
  };
}

function external({ settings, clock, log }: LinkOptions): Link {
  const broker = settings.broker as NonNullable<Settings["broker"]>;
  const { site } = settings;
  const buses: Bus[] = [];
  const open = async (part: string, persistentSession: boolean): Promise<Bus> => {
    const bus = await openBroker(broker, { part, site, persistentSession, clock, log });
    buses.push(bus);
    return bus;
  };
  return {
    url: broker.url,
    agentBroker: { url: () => broker.url, ca: brokerCaOf(settings) },
    embedded: undefined,
    bus: (part) => open(part, false),
    session: (part) => open(part, true),
    gear: async (map, will) => linkTo(await openGear(map.broker ?? broker, map, { site, will, clock, log })),
    translateWith: () => {},
    record: () => {},
    authenticateWith: () => {},
    async stop() {
      for (const bus of buses) await bus.close();
    },
  };
}

const bracketed = (host: string): string => (host.includes(":") && !host.startsWith("[") ? `[${host}]` : host);

const linkTo = (bus: Bus, isOffered = false): VendorLink => ({ bus, isOffered, close: () => bus.close() });

/** A client of a broker with vendors' gear: what it has not stored when it is killed, or misses while it is away, comes again. */
const openGear = (
  broker: BrokerConfig,
  map: SubscriptionMap,
  rest: Omit<Parameters<typeof openBroker>[1], "part">,
): Promise<Bus> =>
  openBroker(broker, {
    ...rest,
    part: `gear-${mapName(map)}`,
    persistentSession: true,
    acknowledgeWhenHandled: true,
  });

/** A client of a broker that is not ours; two of one part and site throw each other out. */
function openBroker(
  broker: BrokerConfig,
  rest: { part: string; site: string | undefined } & Pick<
    MqttBusOptions,
    "persistentSession" | "acknowledgeWhenHandled" | "clock" | "log"
  > & {
      will?: MqttBusOptions["will"] | undefined;
    },
): Promise<Bus> {
  const { part, site, persistentSession = false, acknowledgeWhenHandled = false, will, clock, log } = rest;
  const clientId = shortened(`greenroom-${part}-${site ?? "all"}`);
  const login = { ...brokerLogin(broker), url: broker.url, clientId, ...(will === undefined ? {} : { will }) };
  return startMqttBus({ ...login, persistentSession, acknowledgeWhenHandled, clock, log });
}

/** Brokers take ids of any length but not without end: a long one keeps its beginning, and what tells it from others. */
const shortened = (id: string): string =>
  id.length <= 64 ? id : `${id.slice(0, 51)}-${createHash("sha256").update(id).digest("hex").slice(0, 12)}`;

/** The sign-in for an external broker, secrets read from file or environment. */
function brokerLogin(broker: BrokerConfig): { username?: string; password?: string; ca?: string } {
  const password =
    broker.password_env === undefined
      ? broker.password_file && readSecret(broker.password_file)
      : process.env[broker.password_env];
  if (broker.password_env !== undefined && password === undefined)
    throw new GreenroomError("CONFIG_INVALID", `broker.password_env: ${broker.password_env} is not set`);
  return {
    ...(broker.username === undefined ? {} : { username: broker.username }),
    ...(password === undefined ? {} : { password }),
    ...(broker.ca_file === undefined ? {} : { ca: readSecret(broker.ca_file) }),
  };
}

function readSecret(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new GreenroomError("CONFIG_INVALID", `${file} cannot be read`, error);
  }
}
