import type { Clock } from "#contract/clock.ts";
import { messageOf } from "#contract/errors.ts";
import { type Millis, seconds } from "#contract/units.ts";
import { type Contact, type Notice, NotSent } from "../alerts/notifier.ts";
import type { Channel } from "./channel.ts";
import type { EmailChannel } from "./config.ts";
import { emailHtml, emailText } from "./email-body.ts";
import type { Message } from "./message.ts";

export interface EmailOptions {
  config: EmailChannel;
  password: string | undefined;
  /** PEM of the authority to trust in place of the system's. */
  ca: string | undefined;
  clock: Clock;
}

/** Mail by SMTP: a connection per message, so that what an error means for that message is known. */
export function startEmail(options: EmailOptions): Channel {
  return {
    send: (contact, notice, message) => sendMail(options, contact, notice, message),
    stop: () => Promise.resolve(),
  };
}

/** The alert's thread for one reader: its first mail has this id, later ones answer it. */
export const threadId = (alert: string, contact: string, from: string): string =>
  `<${alert}.${contact}@${domainOf(from)}>`;

const domainOf = (from: string): string => /@([a-z0-9.-]+)>?\s*$/i.exec(from)?.[1] ?? "greenroom.invalid";

async function sendMail(options: EmailOptions, contact: Contact, notice: Notice, message: Message): Promise<void> {
  const { config, clock } = options;
  // Loaded with the first mail: it takes more memory than all of the alerts.
  const { createTransport } = await import("nodemailer");
  const wire = new WireTap();
  const timeout = seconds(config.timeout_s);
  const abort = new AbortController();
  const cancel = clock.after(timeout, () => abort.abort(new Error(`not done within ${config.timeout_s} s`)));
  const root = threadId(notice.alert.id, contact.id, config.from);
  const transport = createTransport(transportOptions(options, timeout, wire));
  try {
    await transport.sendMail({
      from: config.from,
      to: { name: contact.name, address: contact.to },
      subject: notice.first ? message.subject : `Re: ${message.subject}`,
      text: emailText(message),
      html: emailHtml(message),
      date: new Date(clock.now()),
      messageId: notice.first ? root : `<${notice.key}@${domainOf(config.from)}>`,
      ...(notice.first ? {} : { inReplyTo: root, references: [root] }),
      headers: {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "X-Greenroom-Alert": notice.key,
      },
      disableFileAccess: true,
      disableUrlAccess: true,
      signal: abort.signal,
    });
  } catch (error) {
    throw smtpFault(error, wire.bodyHasLeft, abort.signal);
  } finally {
    cancel();
    transport.close();
  }
}

function transportOptions({ config, password, ca }: EmailOptions, timeout: Millis, logger: WireTap) {
  return {
    host: config.host,
    port: config.port,
    secure: config.security === "tls",
    requireTLS: config.security === "starttls",
    ignoreTLS: config.security === "none",
    ...(config.user === undefined ? {} : { auth: { user: config.user, pass: password ?? "" } }),
    tls: { minVersion: "TLSv1.2" as const, ...(ca === undefined ? {} : { ca }) },
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    dnsTimeout: timeout,
    logger,
    debug: true,
  };
}

/** Watches the conversation for one thing: the server's 354, after which the message may have arrived whatever follows. Keeps nothing. */
class WireTap {
  bodyHasLeft = false;

  debug(entry: unknown, text: unknown): void {
    const isServer = typeof entry === "object" && entry !== null && "tnx" in entry && entry.tnx === "server";
    if (isServer && typeof text === "string" && text.startsWith("354")) this.bodyHasLeft = true;
  }
  level(): void {}
  trace(): void {}
  info(): void {}
  warn(): void {}
  error(): void {}
  fatal(): void {}
}

function smtpFault(error: unknown, bodyHasLeft: boolean, signal: AbortSignal): NotSent {
  const facts = error as { responseCode?: number; permanent?: boolean; code?: string };
  const text = signal.aborted ? messageOf(signal.reason) : messageOf(error);
  const isAnswered = facts.responseCode !== undefined;
  if (bodyHasLeft && !isAnswered)
    return new NotSent(`the server did not confirm the message: ${text}`, {
      delivered: "unknown",
      retryable: false,
      cause: error,
    });
  const isHopeless = facts.permanent === true || facts.code === "EAUTH";
  return new NotSent(text, { delivered: "no", retryable: !isHopeless, cause: error });
}
