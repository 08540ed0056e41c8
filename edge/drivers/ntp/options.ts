import { z } from "zod";

/** `host`, `host:port`, `[address]` or `[address]:port`. */
const SERVER = /^(?:\[([0-9A-Fa-f:.]{2,45})\]|([A-Za-z0-9_][A-Za-z0-9_.-]{0,252}))(?::(\d{1,5}))?$/;

export interface NtpServer {
  host: string;
  port: number;
}

const Server = z.string().transform((text, context): NtpServer => {
  const [, v6, name, port = "123"] = SERVER.exec(text) ?? [];
  const host = v6 ?? name;
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535) {
    context.addIssue({ code: "custom", message: "must be a host, host:port or [address]:port" });
    return z.NEVER;
  }
  return { host, port: Number(port) };
});

export const NtpOptions = z.strictObject({
  servers: z.array(Server).min(1).max(8),
  /** A clock that is further off is a finding. */
  limit_ms: z.number().min(10).max(3_600_000).default(1_000),
});
export type NtpOptions = z.output<typeof NtpOptions>;
