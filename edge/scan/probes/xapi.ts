import { createHash } from "node:crypto";
import type { Socket } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { talkTcp } from "../exchange.ts";
import type { Probe } from "../probe.ts";

const HELLO = (host: string): Buffer =>
  Buffer.from(
    [
      "GET /ws HTTP/1.1",
      `Host: ${host}`,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: Z3JlZW5yb29tLXNjYW4tMQ==",
      "\r\n",
    ].join("\r\n"),
  );

/** Cisco room devices ask for a log-in where xAPI is spoken (`wss://host/ws`). No log-in is tried. */
export const xapiProbe: Probe = {
  id: "xapi",
  title: "xAPI WebSocket (wss://…/ws, without log-in)",
  port: 443,
  look: async (host, context) => {
    let tls: TLSSocket | undefined;
    let fingerprint: string | undefined;
    const wrap = (socket: Socket): Socket => {
      // Nothing is told and nothing is believed: whose certificate it is does not matter yet.
      tls = connect({ socket, rejectUnauthorized: false, minVersion: "TLSv1.2" });
      return tls;
    };
    const isThere = await talkTcp(
      host,
      {
        hello: HELLO(host),
        read: (sofar) => {
          const head = sofar.toString("latin1");
          if (!head.includes("\r\n\r\n")) return "more";
          if (!/^HTTP\/1\.[01] (?:101|401)\b/.test(head)) return "nothing";
          const raw = tls?.getPeerX509Certificate()?.raw;
          if (raw !== undefined) fingerprint = createHash("sha256").update(raw).digest("hex");
          return { found: true };
        },
      },
      context,
      wrap,
    );
    if (!isThere) return undefined;
    return {
      probe: "xapi",
      host,
      port: context.port,
      what: "perhaps a Cisco room device: it wants a log-in where xAPI is spoken",
      proposal: {
        driver: "xapi",
        options: {
          host,
          ...(context.port !== 443 && { port: context.port }),
          user: "greenroom",
          password_env: "CODEC_PASSWORD",
          ...(fingerprint !== undefined && { fingerprint }),
        },
      },
      note: "compare the fingerprint with the one that the device itself shows",
    };
  },
};
