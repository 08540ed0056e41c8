import { z } from "zod";

/** A secret is never written in the configuration itself: it names an environment variable or a file. */
export const SecretReference = z.union([
  z.strictObject({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be the name of an environment variable") }),
  z.strictObject({ file: z.string().min(1) }),
]);
export type SecretReference = z.infer<typeof SecretReference>;

const timeout_s = z.number().min(1).max(60).default(10);
const name = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, "must be 1 to 63 of a-z, 0-9 and -");

const oneLine = z
  .string()
  .min(1)
  .max(320)
  .refine((text) => !/\p{Cc}/u.test(text), "must be one line");

export const EmailChannel = z.strictObject({
  kind: z.literal("email"),
  host: z.string().min(1).max(255),
  port: z.int().min(1).max(65_535).default(587),
  /** `starttls`: refuses to go on unencrypted. `tls`: encrypted from the first byte. `none`: only for a server on the same machine or a network you trust. */
  security: z.enum(["starttls", "tls", "none"]).default("starttls"),
  from: oneLine,
  user: oneLine.optional(),
  password: SecretReference.optional(),
  /** PEM file of the authority that signed the server's certificate, where the system does not know it. */
  ca_file: z.string().min(1).optional(),
  timeout_s,
});
export type EmailChannel = z.infer<typeof EmailChannel>;

const WebhookChannel = z.strictObject({
  kind: z.literal("webhook"),
  url: z
    .url({ protocol: /^https?$/ })
    .refine((text) => !/^[a-z]+:\/\/[^/?#]*@/i.test(text), "must carry no user or password: they would end in logs"),
  secret: SecretReference,
  timeout_s,
});

const SlackChannel = z.strictObject({
  kind: z.literal("slack"),
  /** The incoming webhook's URL, which is itself a secret. */
  url: SecretReference,
  timeout_s,
});

/** Prints one line to the log: what `npm start` does until something is configured. */
const LogChannel = z.strictObject({ kind: z.literal("log") });

export const Channel = z.discriminatedUnion("kind", [EmailChannel, WebhookChannel, SlackChannel, LogChannel]);
export type Channel = z.infer<typeof Channel>;

const ContactConfig = z.strictObject({
  id: name,
  name: oneLine,
  channel: name,
  /** A mail address for `email`; for the others a word that tells receivers apart. */
  to: oneLine.optional(),
});

/** Who is told, through what. */
export const NotifyConfig = z
  .strictObject({
    channels: z.record(name, Channel).default({}),
    contacts: z.array(ContactConfig).max(200).default([]),
    /** Contact ids by level: 0 the owner, 1 the lead, 2 the owner of the next remedy, 3 who offers the client another room. */
    levels: z.array(z.array(name).min(1)).max(4).default([]),
    /** Remedy id → contacts that own it, in place of level 0 and 2. */
    owners: z.record(z.string().min(1).max(64), z.array(name).min(1)).default({}),
  })
  .superRefine((config, context) => {
    const fault = (path: (string | number)[], message: string): void =>
      context.addIssue({ code: "custom", path, message, input: config });
    for (const [id, channel] of Object.entries(config.channels)) {
      if (channel.kind !== "email") continue;
      if ((channel.user === undefined) !== (channel.password === undefined))
        fault(["channels", id, "user"], "needs its password beside it, and a password its user");
      const isLocal = ["localhost", "127.0.0.1", "::1"].includes(channel.host);
      if (channel.security === "none" && channel.password !== undefined && !isLocal)
        fault(["channels", id, "security"], "would send the password unencrypted: use starttls or tls");
    }
    const ids = new Set<string>();
    for (const [i, contact] of config.contacts.entries()) {
      if (ids.has(contact.id)) fault(["contacts", i, "id"], `there are two contacts called ${contact.id}`);
      ids.add(contact.id);
      const channel = config.channels[contact.channel];
      if (channel === undefined) fault(["contacts", i, "channel"], `there is no channel called ${contact.channel}`);
      else if (channel.kind === "email" && !/^[^\s@<>,;:"]+@[^\s@<>,;:"]+$/.test(contact.to ?? ""))
        fault(["contacts", i, "to"], "must be one mail address");
    }
    for (const [level, members] of config.levels.entries())
      for (const [i, id] of members.entries())
        if (!ids.has(id)) fault(["levels", level, i], `there is no contact called ${id}`);
    for (const [remedy, members] of Object.entries(config.owners))
      for (const [i, id] of members.entries())
        if (!ids.has(id)) fault(["owners", remedy, i], `there is no contact called ${id}`);
    if (config.contacts.length > 0 && config.levels.length === 0)
      fault(["levels"], "names nobody, so nobody would be told: name contacts for level 0 at least");
  });
export type NotifyConfig = z.infer<typeof NotifyConfig>;
/** As it is written, with defaults left out; `{}` prints alerts to the log. */
export type NotifyConfigInput = z.input<typeof NotifyConfig>;
