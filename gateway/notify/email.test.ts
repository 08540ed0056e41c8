import { createServer, type Server, type Socket } from "node:net";
import PostalMime from "postal-mime";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, describe, expect, it } from "vitest";
import type { Clock } from "#contract/clock.ts";
import { systemClock } from "#contract/system-clock.ts";
import { type Contact, type Notice, NotSent } from "../alerts/notifier.ts";
import { EmailChannel } from "./config.ts";
import { startEmail, threadId } from "./email.ts";
import { messageOfNotice } from "./message.ts";
import { hostileNotice, noon, noticeWith, priya } from "./notice-fixture.ts";
import { testCertificate } from "./test-certificate.ts";

/** The system's timers, at the story's time of day. */
const clock: Clock = { ...systemClock, now: () => noon };
const certificate = testCertificate();
const cleanup: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const each of cleanup.splice(0).toReversed()) await each();
});

interface Mailbox {
  port: number;
  mails: { raw: string; to: string[]; isSecure: boolean; user: unknown }[];
}

/** A real SMTP server on loopback. */
async function mailbox(options: SMTPServerOptions = {}): Promise<Mailbox> {
  const mails: Mailbox["mails"] = [];
  const server = new SMTPServer({
    ...certificate,
    authOptional: true,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const to = session.envelope.rcptTo.map((each) => each.address);
        mails.push({ raw: Buffer.concat(chunks).toString("utf8"), to, isSecure: session.secure, user: session.user });
        done();
      });
    },
    ...options,
  });
  server.on("error", () => {});
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  cleanup.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { port: portOf(server.server), mails };
}

/** A server that speaks as much SMTP as the script says, then does what the script does. */
async function oddServer(talk: (socket: Socket, line: string) => void, greeting = "220 odd\r\n"): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    if (greeting !== "") socket.write(greeting);
    let rest = "";
    socket.on("data", (chunk) => {
      const lines = (rest + chunk.toString()).split("\r\n");
      rest = lines.pop() ?? "";
      for (const line of lines) talk(socket, line);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  cleanup.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return portOf(server);
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}

type Settings = Partial<{
  security: "none" | "starttls" | "tls";
  user: string;
  password: string;
  ca: string;
  timeout_s: number;
}>;

async function mail(
  port: number,
  settings: Settings = {},
  notice: Notice = noticeWith(),
  to: Contact = priya,
): Promise<void> {
  const { password, ca, ...rest } = settings;
  const config = EmailChannel.parse({
    kind: "email",
    host: "127.0.0.1",
    port,
    from: "Greenroom <greenroom@example.com>",
    security: "none",
    timeout_s: 5,
    ...rest,
    ...(password === undefined ? {} : { password: { env: "X" } }),
  });
  const channel = startEmail({ config, password, ca, clock });
  await channel.send(to, notice, messageOfNotice(notice, noon, "https://greenroom.example"));
}

const faultOf = async (sending: Promise<void>): Promise<NotSent> => {
  const outcome: unknown = await sending.then(
    () => "sent",
    (error: unknown) => error,
  );
  if (outcome instanceof NotSent) return outcome;
  throw new Error(`expected NotSent, got ${String(outcome)}`);
};

describe("mail in a real SMTP server", () => {
  it("arrives whole, as text and HTML, marked as automatic", async () => {
    const box = await mailbox();
    await mail(box.port);
    expect(box.mails).toHaveLength(1);
    expect(box.mails[0]?.to).toEqual(["priya@example.com"]);
    const parsed = await PostalMime.parse(box.mails[0]?.raw ?? "");
    expect(parsed.subject).toBe("Act by 13:10: Harbour is 18.1 °C, needs 20–24 for Acme 14:00");
    expect(parsed.from).toMatchObject({ name: "Greenroom", address: "greenroom@example.com" });
    expect(parsed.to).toMatchObject([{ name: "Priya", address: "priya@example.com" }]);
    expect(parsed.date).toBe("2026-11-23T12:00:00.000Z");
    expect(parsed.text).toContain("- Raise the heating: start by 13:10, usually 35 min, up to 50");
    expect(parsed.html).toContain(
      '<a href="https://greenroom.example/rooms/hq/harbour?alert=0123456789abcdef01234567">',
    );
    expect(parsed.headers.find((header) => header.key === "auto-submitted")?.value).toBe("auto-generated");
  });

  it("begins a thread and answers in it", async () => {
    const box = await mailbox();
    await mail(box.port);
    await mail(
      box.port,
      {},
      noticeWith({ first: false, event: "resolved", key: "0123456789abcdef01234567.0.resolved.priya" }),
    );
    const [first, second] = await Promise.all(box.mails.map(({ raw }) => PostalMime.parse(raw)));
    const root = threadId("0123456789abcdef01234567", "priya", "Greenroom <greenroom@example.com>");
    expect(first?.messageId).toBe(root);
    expect(second?.messageId).not.toBe(root);
    expect(second).toMatchObject({ inReplyTo: root, references: root });
    expect(second?.subject).toMatch(/^Re: Resolved: /);
  });

  it("lets no hostile name add a header, a recipient or a tag", async () => {
    const box = await mailbox();
    await mail(box.port, {}, hostileNotice(), { ...priya, name: 'P"\r\nBcc: thief@example.com' });
    const raw = box.mails[0]?.raw ?? "";
    expect(box.mails[0]?.to).toEqual(["priya@example.com"]);
    expect(raw).not.toMatch(/^Bcc:/im);
    const parsed = await PostalMime.parse(raw);
    expect(parsed.bcc ?? []).toEqual([]);
    expect(parsed.headers.map((header) => header.key)).not.toContain("bcc");
    expect(parsed.subject).not.toMatch(/\p{Cc}/u);
    expect(parsed.html).not.toContain("<script");
  });

  it("goes encrypted and signed in where that is asked for", async () => {
    const box = await mailbox({
      authOptional: false,
      onAuth: (auth, _session, done) =>
        auth.username === "g" && auth.password === "right" ? done(null, { user: "g" }) : done(new Error("no")),
    });
    await mail(box.port, { security: "starttls", ca: certificate.cert, user: "g", password: "right" });
    expect(box.mails[0]).toMatchObject({ isSecure: true, user: "g" });
    const fault = await faultOf(
      mail(box.port, { security: "starttls", ca: certificate.cert, user: "g", password: "wrong" }),
    );
    expect(fault).toMatchObject({ delivered: "no", retryable: false });
    expect(fault.message).not.toContain("wrong");
  });

  it("goes encrypted from the first byte", async () => {
    const box = await mailbox({ secure: true });
    await mail(box.port, { security: "tls", ca: certificate.cert });
    expect(box.mails[0]?.isSecure).toBe(true);
  });
});

describe("what a failure means for the message", () => {
  it("refused connection: not delivered, worth another try", async () => {
    const port = await oddServer(() => {});
    await cleanup.pop()?.();
    expect(await faultOf(mail(port))).toMatchObject({ delivered: "no", retryable: true });
  });

  it("a server that does not offer TLS, or one that is not trusted: not delivered, nothing left in the clear", async () => {
    const box = await mailbox({ hideSTARTTLS: true, disabledCommands: ["STARTTLS"] });
    expect(await faultOf(mail(box.port, { security: "starttls" }))).toMatchObject({ delivered: "no" });
    const other = await mailbox();
    expect(await faultOf(mail(other.port, { security: "starttls" }))).toMatchObject({ delivered: "no" });
    expect([...box.mails, ...other.mails]).toEqual([]);
  });

  it("recipient refused for good, or for now", async () => {
    const refuse = (code: number) => ({
      onRcptTo: (_: unknown, __: unknown, done: (error?: Error) => void) =>
        done(Object.assign(new Error("no"), { responseCode: code })),
    });
    const never = await mailbox(refuse(550));
    expect(await faultOf(mail(never.port))).toMatchObject({ delivered: "no", retryable: false });
    const later = await mailbox(refuse(450));
    expect(await faultOf(mail(later.port))).toMatchObject({ delivered: "no", retryable: true });
  });

  it("message refused after it was read: not delivered", async () => {
    const box = await mailbox({
      onData: (stream, _session, done) => {
        stream.resume();
        stream.on("end", () => done(Object.assign(new Error("full"), { responseCode: 452 })));
      },
    });
    expect(await faultOf(mail(box.port))).toMatchObject({ delivered: "no", retryable: true });
  });

  it("closed or silent after the body has left: nobody knows, so it counts as perhaps delivered", async () => {
    const afterBody = (then: (socket: Socket) => void) => (socket: Socket, line: string) => {
      if (/^EHLO/i.test(line)) socket.write("250 odd\r\n");
      else if (/^(MAIL|RCPT)/i.test(line)) socket.write("250 ok\r\n");
      else if (/^DATA/i.test(line)) socket.write("354 go on\r\n");
      else if (line === ".") then(socket);
    };
    const closes = await oddServer(afterBody((socket) => socket.destroy()));
    expect(await faultOf(mail(closes))).toMatchObject({ delivered: "unknown", retryable: false });
    const silent = await oddServer(afterBody(() => {}));
    expect(await faultOf(mail(silent, { timeout_s: 1 }))).toMatchObject({ delivered: "unknown" });
  });

  it("silent or closed before the body, or a greeting that never ends: not delivered, in bounded time", async () => {
    const silent = await oddServer(() => {}, "");
    expect(await faultOf(mail(silent, { timeout_s: 1 }))).toMatchObject({ delivered: "no", retryable: true });
    const closes = await oddServer((socket) => socket.destroy());
    expect(await faultOf(mail(closes))).toMatchObject({ delivered: "no", retryable: true });
    const garbage = await oddServer(() => {}, `220-${"x".repeat(70_000)}`);
    expect(await faultOf(mail(garbage, { timeout_s: 1 }))).toMatchObject({ delivered: "no" });
  });

  it("keeps a server that dribbles from holding a message for ever", async () => {
    const port = await oddServer((socket, line) => {
      if (/^EHLO/i.test(line)) {
        const timer = setInterval(() => socket.write("250-more\r\n"), 50);
        socket.on("close", () => clearInterval(timer));
      }
    });
    const began = performance.now();
    expect(await faultOf(mail(port, { timeout_s: 1 }))).toMatchObject({ delivered: "no" });
    expect(performance.now() - began).toBeLessThan(4_000);
  });
});
