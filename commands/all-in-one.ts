import type { Bus } from "#contract/bus.ts";
import type { Clock } from "#contract/clock.ts";
import type { Log } from "#contract/log.ts";
import { startGateway } from "#gateway/main.ts";
import { NotifyConfig } from "#gateway/notify/config.ts";
import { gearOf } from "#gateway/relay/gear.ts";
import { EngineConfig } from "#server/history/engine-config.ts";
import { authorityOf } from "#server/authority/authority.ts";
import { type Server, startServer } from "#server/main.ts";
import { retentionOf } from "#server/store/retention.ts";
import { type RecorderStats, startRecorder } from "#server/recorder/recorder.ts";
import type { BrokerLimits } from "#gateway/broker/limits.ts";
import type { SampleBuilding } from "#simulators/sample/sample-building.ts";
import { takeDataDir } from "./data-dir.ts";
import { startLink } from "./link.ts";
import { prepareSample } from "./sample.ts";
import type { Settings } from "./settings.ts";
import { webDir } from "./web-dir.ts";
import { pastInThread } from "./what-if/past-thread.ts";

export interface AllInOne {
  server: Server;
  /** Where devices and agents connect. */
  mqtt: string;
  dataDir: string;
  sample: SampleBuilding | undefined;
  /** A further part's own link to the wire. */
  bus(part: string): Promise<Bus>;
  /** Records a reading that did not come over the network. */
  record(reading: { topic: string; payload: Uint8Array }): Promise<void>;
  stats(): { recorder: RecorderStats; gateway: Record<string, number> };
  stop(): Promise<void>;
}

export interface AllInOneOptions {
  settings: Settings;
  clock: Clock;
  /** What people's sessions age by, where `clock` shows recorded time. */
  peopleClock?: Clock;
  log: Log;
  /** Of the embedded broker, where its own are not wanted. */
  brokerLimits?: Partial<BrokerLimits>;
}

/** Builds and joins broker, recorder, server, gateway and, without a configuration, the sample building. Stops in the reverse order. */
export async function startAllInOne(options: AllInOneOptions): Promise<AllInOne> {
  const { settings, clock, log, brokerLimits } = options;
  const stops: (() => Promise<void> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).toReversed()) await each();
  };
  try {
    stops.push(takeDataDir(settings.data_dir));
    const authority = authorityOf(settings.data_dir, options.peopleClock ?? clock);
    const limits = brokerLimits === undefined ? {} : { brokerLimits };
    const link = await startLink({ settings, clock, log, authority, ...limits });
    stops.push(() => link.stop());

    const recorderBus = await link.bus("recorder");
    const recorder = await startRecorder({
      bus: recorderBus,
      clock,
      log,
      dataDir: settings.data_dir,
      engine: settings.history ?? EngineConfig.parse({ engine: "sqlite" }),
      attach: link.embedded === undefined ? "bus" : "intake",
    });
    stops.push(() => recorder.stop());
    link.record(recorder);

    const serverBus = await link.bus("server");
    const gauges = (): Record<string, number> => ({
      ...prefixed("recorder", recorder.stats()),
      ...prefixed("gateway", gateway?.stats() ?? {}),
      ...prefixed("broker", link.embedded?.stats() ?? {}),
    });
    const server = await startServer({
      bus: serverBus,
      clock,
      ...(options.peopleClock === undefined ? {} : { peopleClock: options.peopleClock }),
      log,
      dataDir: settings.data_dir,
      host: settings.host,
      port: settings.port,
      ...(settings.public_url === undefined ? {} : { publicUrl: settings.public_url }),
      recorder,
      gauges,
      webDir: webDir(),
      brokerConnected: () => serverBus.connected,
      retention: retentionOf(settings.retention),
      authority,
      agentBroker: link.agentBroker,
      runPast: pastInThread(settings),
      ...(link.embedded === undefined ? {} : { record: async (reading) => recorder.accept(reading) }),
    });
    stops.push(() => server.stop());
    link.authenticateWith(async ({ agent, key, serial }) => {
      const admission = await server.agentKeys.admit(serial === undefined ? { agent, key } : { agent, serial });
      if (!admission.ok) return admission.isRevoked ? "revoked" : undefined;
      const { rooms, role, topics, until } = admission.grant;
      const reads = role === "panel" ? topics : undefined;
      return { rooms, until, reads, gear: reads === undefined ? gearOf(settings.translate, agent) : undefined };
    });
    server.onAgentRevoked((agent) => link.embedded?.disconnect(agent));
    if (link.embedded !== undefined) stops.push(server.agentKeys.watch(options.peopleClock ?? clock, log));

    const sample = settings.sample ? await prepareSample({ server, settings, mqtt: link.url, clock, log }) : undefined;
    const gatewayBus: Bus = await link.bus("gateway");
    const replies = await link.session("gateway-replies");
    const gateway = await startGateway({
      bus: gatewayBus,
      ...(replies === undefined ? {} : { replies }),
      clock,
      log,
      notify: settings.notify ?? NotifyConfig.parse({}),
      ...(settings.alerts !== undefined && { alerts: settings.alerts }),
      ...(settings.announce !== undefined && { announce: settings.announce }),
      publicUrl: settings.public_url ?? server.url,
      ...(settings.translate !== undefined && {
        translate: {
          maps: settings.translate,
          site: settings.site,
          link: link.gear,
        },
      }),
      ...(link.embedded !== undefined && { record: async (reading) => recorder.accept(reading) }),
    });
    link.translateWith(gateway);
    stops.push(() => gateway.stop());
    if (sample !== undefined) stops.push(await sample.run());
    return {
      server,
      mqtt: link.url,
      dataDir: settings.data_dir,
      sample: sample?.building,
      bus: (part) => link.bus(part),
      record: async (reading) => recorder.accept(reading),
      stats: () => ({ recorder: recorder.stats(), gateway: gateway.stats() }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const prefixed = (prefix: string, stats: object): Record<string, number> =>
  Object.fromEntries(
    Object.entries(stats).flatMap(([name, value]) => (typeof value === "number" ? [[`${prefix}_${name}`, value]] : [])),
  );
