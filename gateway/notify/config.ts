import { z } from "zod";
import { referenceFaults } from "./references.ts";

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

/** Where signed messages of ours go. */
export const WebhookTarget = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .refine((text) => !/^[a-z]+:\/\/[^/?#]*@/i.test(text), "must carry no user or password: they would end in logs"),
  secret: SecretReference,
  timeout_s,
});

const WebhookChannel = WebhookTarget.extend({ kind: z.literal("webhook") });

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
    /** By name; the names are checked with what refers to them. */
    channels: z.record(z.string(), Channel).default({}),
    contacts: z.array(ContactConfig).max(200).default([]),
    /** Contact ids by level: 0 the owner, 1 the lead, 2 the owner of the next remedy, 3 who offers the client another room. */
    levels: z.array(z.array(name).min(1)).max(4).default([]),
    /** Remedy id → contacts that own it, in place of level 0 and 2. */
    owners: z.record(z.string().min(1).max(64), z.array(name).min(1)).default({}),
  })
  .superRefine(
    (config, context) => {
      for (const { path, message } of referenceFaults(config))
        context.addIssue({ code: "custom", path, message, input: config });
    },
    // Also where the shape is wrong: whoever mends a configuration wants to hear everything at once.
    { when: () => true },
  );
export type NotifyConfig = z.infer<typeof NotifyConfig>;
/** As it is written, with defaults left out; `{}` prints alerts to the log. */
export type NotifyConfigInput = z.input<typeof NotifyConfig>;
