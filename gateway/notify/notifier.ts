import { readFileSync } from "node:fs";
import type { Clock } from "#contract/clock.ts";
import { GreenroomError, messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import { type Contact, type Notifier, NotSent } from "../alerts/notifier.ts";
import type { Channel } from "./channel.ts";
import type { Channel as ChannelConfig, NotifyConfig, SecretReference } from "./config.ts";
import { startEmail } from "./email.ts";
import { linkTrouble } from "./links.ts";
import { logChannel } from "./log-channel.ts";
import { messageOfList, messageOfNotice, noticeOfList } from "./message.ts";
import { readSecret } from "./secret.ts";
import { startSlack } from "./slack.ts";
import { startWebhook } from "./webhook.ts";

export interface NotifierDeps {
  clock: Clock;
  log: Log;
  /** Where the screens are, for the link in each message; without it there is none, which is logged at the start. */
  publicUrl?: string;
  /** Where secrets by name are looked up; the process's own unless given. */
  env?: Readonly<Record<string, string | undefined>>;
}

const LOG: Contact = { id: "log", name: "the log", channel: "log", to: "log" };
const SHORTEST_SECRET = 16;

/** Opens the channels of a configuration. Throws CONFIG_INVALID with every fault at once (a secret that is not there). */
export function startNotifier(config: NotifyConfig, deps: NotifierDeps): Notifier {
  const faults: string[] = [];
  const channels = new Map<string, Channel>([[LOG.channel, logChannel(deps.log)]]);
  for (const [name, channel] of Object.entries(config.channels)) {
    const opened = openChannel(channel, deps, (why) => faults.push(`channels.${name}: ${why}`));
    if (opened !== undefined) channels.set(name, opened);
  }
  if (faults.length > 0) throw new GreenroomError("CONFIG_INVALID", faults.join("\n"));
  const trouble = linkTrouble(config, deps.publicUrl);
  if (trouble !== undefined) deps.log.warn({ public_url: deps.publicUrl }, `${trouble}; set public_url`);
  const everybody = new Map(
    config.contacts.map(({ id, name, channel, to }): [string, Contact] => [id, { id, name, channel, to: to ?? id }]),
  );
  const named = (ids: readonly string[]): Contact[] => ids.flatMap((id) => everybody.get(id) ?? []);
  return {
    contacts(level, remedy) {
      if (config.levels.length === 0) return [LOG];
      const owners = remedy === undefined ? undefined : config.owners[remedy];
      if (owners !== undefined && (level === 0 || level === 2)) return named(owners);
      return named(config.levels[Math.min(level, config.levels.length - 1)] ?? []);
    },
    async send(contact, notice) {
      const channel = channels.get(contact.channel);
      if (channel === undefined)
        throw new NotSent(`there is no channel called ${contact.channel}`, { delivered: "no", retryable: false });
      await channel.send(contact, notice, messageOfNotice(notice, deps.clock.now(), deps.publicUrl));
    },
    async sendList(contact, list) {
      const channel = channels.get(contact.channel);
      if (channel === undefined)
        throw new NotSent(`there is no channel called ${contact.channel}`, { delivered: "no", retryable: false });
      const message = messageOfList(list, deps.publicUrl);
      await channel.send(contact, noticeOfList(list, message, deps.clock.now()), message);
    },
    async stop() {
      await Promise.all([...channels.values()].map((channel) => channel.stop()));
    },
  };
}

function openChannel(
  config: ChannelConfig,
  { clock, log, env = process.env }: NotifierDeps,
  fault: (why: string) => void,
): Channel | undefined {
  const secretOf = (reference: SecretReference): string | undefined => {
    const read = readSecret(reference, env);
    if (read.ok) return read.secret;
    fault(read.why);
    return undefined;
  };
  switch (config.kind) {
    case "email": {
      const password = config.password === undefined ? undefined : secretOf(config.password);
      const ca = config.ca_file === undefined ? undefined : textOf(config.ca_file, fault);
      return startEmail({ config, password, ca, clock });
    }
    case "webhook": {
      const secret = secretOf(config.secret);
      if (secret === undefined) return undefined;
      if (secret.length < SHORTEST_SECRET) fault(`the secret has fewer than ${SHORTEST_SECRET} characters`);
      return startWebhook({ url: config.url, secret, timeout_s: config.timeout_s }, clock);
    }
    case "slack": {
      const url = secretOf(config.url);
      if (url === undefined) return undefined;
      if (!URL.canParse(url)) fault("the secret is not a URL");
      return startSlack({ url, timeout_s: config.timeout_s }, clock);
    }
    default:
      return logChannel(log);
  }
}

function textOf(file: string, fault: (why: string) => void): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    fault(`file ${file} cannot be read: ${messageOf(error)}`);
    return undefined;
  }
}
