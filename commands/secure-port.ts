import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import type { Clock } from "#contract/clock.ts";
import { GreenroomError, messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import { hours } from "#contract/units.ts";
import type { EmbeddedBroker } from "#gateway/broker/embedded.ts";
import type { ServerTls } from "#gateway/broker/listener.ts";
import type { Authority } from "#server/authority/authority.ts";
import type { AgentBroker } from "#server/people/enrolment.ts";
import type { Settings } from "./settings.ts";

type Mqtts = NonNullable<Settings["mqtts"]>;

/** Certificates are looked at again this often: one's own may have been renewed by another program. */
const LOOK_EVERY = hours(1);

/** The embedded broker's port with TLS, as the settings say it; nothing where they say none. */
export async function securePortOf(
  settings: Settings,
  authority: () => Promise<Authority>,
): Promise<{ host: string; port: number; tls: ServerTls } | undefined> {
  const { mqtts, host } = settings;
  if (mqtts === undefined) return undefined;
  return { host: mqtts.host ?? host, port: mqtts.port, tls: await readTls(mqtts, settings, authority) };
}

/** Shows a renewed certificate to whoever connects from then on. A failure keeps the one that is there. */
export function keepCertificate(
  {
    settings,
    authority,
    clock,
    log,
  }: { settings: Settings; authority: () => Promise<Authority>; clock: Clock; log: Log },
  broker: EmbeddedBroker,
  shown: ServerTls,
): () => void {
  const { mqtts } = settings;
  if (mqtts === undefined) return () => {};
  let cert = String(shown.cert);
  const look = async (): Promise<void> => {
    const tls = await readTls(mqtts, settings, authority);
    if (String(tls.cert) === cert) return;
    broker.useCertificate(tls);
    cert = String(tls.cert);
    log.info({}, "the broker shows a renewed certificate");
  };
  return clock.every(LOOK_EVERY, () => {
    look().catch((error: unknown) =>
      log.error({ why: messageOf(error) }, "the broker's certificate cannot be renewed"),
    );
  });
}

async function readTls(
  { names, cert_file, key_file }: Mqtts,
  { host }: Settings,
  authority: () => Promise<Authority>,
): Promise<ServerTls> {
  const ours = await authority();
  const clients = ours.certificate;
  if (cert_file !== undefined && key_file !== undefined)
    return { cert: readPem("mqtts.cert_file", cert_file), key: readPem("mqtts.key_file", key_file), clients };
  const { cert, key } = await ours.serverCertificate(namesOf(names, host));
  return { cert, key, clients };
}

const NAME = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/;
const ANYWHERE = new Set(["0.0.0.0", "::"]);

/** By what this machine may be called: as the settings say, as it calls itself, and from itself. */
function namesOf(names: readonly string[], host: string): string[] {
  const own = [hostname(), host].filter((name) => (NAME.test(name) || name.includes(":")) && !ANYWHERE.has(name));
  return [...new Set([...names, ...own, "localhost", "127.0.0.1", "::1"])];
}

/** Who signed what agents are shown: told to those that enrol. */
export function brokerCaOf({ mqtts, broker }: Settings): AgentBroker["ca"] {
  const pemOf = (where: string, file: string | undefined): AgentBroker["ca"] =>
    file === undefined ? undefined : { pem: readPem(where, file) };
  if (broker !== undefined) return pemOf("broker.ca_file", broker.ca_file);
  if (mqtts === undefined) return undefined;
  return mqtts.cert_file === undefined ? "ours" : pemOf("mqtts.ca_file", mqtts.ca_file);
}

function readPem(where: string, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new GreenroomError("CONFIG_INVALID", `${where}: ${file} cannot be read: ${messageOf(error)}`, error);
  }
}
