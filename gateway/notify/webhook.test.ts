import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { Clock } from "#contract/clock.ts";
import { systemClock } from "#contract/system-clock.ts";
import { NotSent } from "../alerts/notifier.ts";
import type { Channel } from "./channel.ts";
import { messageOfNotice } from "./message.ts";
import { hostileNotice, noon, noticeWith, priya } from "./notice-fixture.ts";
import { verify } from "./signature.ts";
import { startSlack } from "./slack.ts";
import { startWebhook } from "./webhook.ts";

/** The system's timers, at the story's time of day. */
const clock: Clock = { ...systemClock, now: () => noon };
const secret = "whsec_plJ3nmyCDGBKInavdOK15jsl";
const cleanup: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const each of cleanup.splice(0).toReversed()) await each();
});

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

/** A real HTTP receiver on loopback. */
async function receiver(
  answer: (response: ServerResponse, request: IncomingMessage) => void = (response) => response.end("ok"),
): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString("utf8") });
      answer(response, request);
    });
  });
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  cleanup.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received };
}

function webhook(url: string, timeout_s = 5): Channel {
  const channel = startWebhook({ url, secret, timeout_s }, clock);
  cleanup.push(() => channel.stop());
  return channel;
}

const send = (channel: Channel, notice = noticeWith()): Promise<void> =>
  channel.send(priya, notice, messageOfNotice(notice, noon, "https://greenroom.example"));

const faultOf = async (sending: Promise<void>): Promise<NotSent> => {
  const outcome: unknown = await sending.then(
    () => "sent",
    (error: unknown) => error,
  );
  if (outcome instanceof NotSent) return outcome;
  throw new Error(`expected NotSent, got ${String(outcome)}`);
};

describe("a signed webhook", () => {
  it("arrives with a signature that verifies, and an id of its own", async () => {
    const { url, received } = await receiver();
    await send(webhook(url));
    const [message] = received;
    expect(verify(message?.headers ?? {}, message?.body ?? "", secret, { clock })).toEqual({
      ok: true,
      id: "0123456789abcdef01234567.0.raised.priya",
      at: noon,
    });
    expect(verify(message?.headers ?? {}, `${message?.body} `, secret, { clock }).ok).toBe(false);
    expect(JSON.parse(message?.body ?? "")).toMatchObject({
      id: "0123456789abcdef01234567.0.raised.priya",
      type: "alert.raised",
      subject: "Act by 13:10: Harbour is 18.1 °C, needs 20–24 for Acme 14:00",
      room: { key: "hq/harbour", name: "Harbour" },
      alert: { id: "0123456789abcdef01234567", status: "open", act_by: "2026-11-23T13:10:00.000Z" },
    });
  });

  it("survives hostile names as data", async () => {
    const { url, received } = await receiver();
    await send(webhook(url), hostileNotice());
    expect(verify(received[0]?.headers ?? {}, received[0]?.body ?? "", secret, { clock }).ok).toBe(true);
    expect(() => JSON.parse(received[0]?.body ?? "")).not.toThrow();
  });

  it.each([
    [400, "no", false],
    [404, "no", false],
    [429, "no", true],
    [500, "no", true],
    [503, "no", true],
    [504, "unknown", false],
  ] as const)("on %i is %s delivered", async (status, delivered, retryable) => {
    const { url } = await receiver((response) => response.writeHead(status).end("because\r\nof this"));
    const fault = await faultOf(send(webhook(url)));
    expect(fault).toMatchObject({ delivered, retryable });
    expect(fault.message).toContain(`${status}`);
    expect(fault.message).toContain("because of this");
  });

  it("follows no redirect", async () => {
    const other = await receiver();
    const { url } = await receiver((response) => response.writeHead(307, { location: other.url }).end());
    expect(await faultOf(send(webhook(url)))).toMatchObject({ delivered: "no", retryable: false });
    expect(other.received).toEqual([]);
  });

  it("reads no more of an answer than it needs", async () => {
    let written = 0;
    const { url } = await receiver((response) => {
      response.writeHead(500);
      const more = (): void => {
        while (!response.destroyed && written < 50_000_000) {
          written += 65_536;
          if (!response.write("x".repeat(65_536))) {
            response.once("drain", more);
            return;
          }
        }
      };
      more();
    });
    const fault = await faultOf(send(webhook(url)));
    expect(fault.message.length).toBeLessThan(300);
    expect(written).toBeLessThan(20_000_000);
  });

  it("takes a refused connection or an unknown name as not delivered", async () => {
    const { url } = await receiver();
    for (const each of cleanup.splice(0)) await each();
    expect(await faultOf(send(webhook(url)))).toMatchObject({ delivered: "no", retryable: true });
    expect(await faultOf(send(webhook("http://greenroom.invalid/")))).toMatchObject({
      delivered: "no",
      retryable: true,
    });
  });

  it("takes silence and a connection that closes mid-answer as perhaps delivered, in bounded time", async () => {
    const silent = await receiver(() => {});
    expect(await faultOf(send(webhook(silent.url, 1)))).toMatchObject({ delivered: "unknown", retryable: false });
    const closes = await receiver((_response, request) => request.socket.destroy());
    expect(await faultOf(send(webhook(closes.url)))).toMatchObject({ delivered: "unknown", retryable: false });
  });

  it("takes a 2xx as delivered even when the rest of the answer never comes", async () => {
    const { url } = await receiver((response, request) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half", () => request.socket.destroy());
    });
    await expect(send(webhook(url))).resolves.toBeUndefined();
  });

  it("takes a server that speaks no TLS as not delivered", async () => {
    const { url, received } = await receiver();
    expect(await faultOf(send(webhook(url.replace("http:", "https:"))))).toMatchObject({ delivered: "no" });
    expect(received).toEqual([]);
  });
});

describe("a Slack-compatible webhook", () => {
  it("carries blocks, and a text for where blocks are not shown", async () => {
    const { url, received } = await receiver();
    const channel = startSlack({ url, timeout_s: 5 }, clock);
    cleanup.push(() => channel.stop());
    await send(channel);
    const body = JSON.parse(received[0]?.body ?? "") as { text: string; blocks: { type: string }[] };
    expect(body.text).toBe("Act by 13:10: Harbour is 18.1 °C, needs 20–24 for Acme 14:00");
    expect(body.blocks.map((block) => block.type)).toEqual(["header", "section", "section", "context"]);
    expect(received[0]?.headers["content-type"]).toMatch(/^application\/json/);
  });
});
