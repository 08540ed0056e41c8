import { isIP } from "node:net";
import { connect } from "node:tls";
import type { Clock } from "#contract/clock.ts";
import { messageOf } from "#contract/errors.ts";
import { seconds } from "#contract/units.ts";
import { DeviceFailure } from "../device-failure.ts";
import type { TlsOptions } from "./options.ts";

/** The certificate as it came, and why the chain is not trusted (for our name), where it is not. */
export interface Shown {
  der: Uint8Array;
  distrust: string | undefined;
}

const SHAKEN_WITHIN = seconds(8);

/** Shakes hands, looks at the certificate and leaves: nothing is said. Rejects with DeviceFailure only. */
export function shakeHands(options: TlsOptions, clock: Clock, signal: AbortSignal): Promise<Shown> {
  const { host, port, server_name = host, ca } = options;
  return new Promise((resolve, reject) => {
    let isConnected = false;
    const socket = connect({
      host,
      port,
      // An address is no name to ask for (RFC 6066 §3).
      ...(isIP(server_name) === 0 && { servername: server_name }),
      ...(ca !== undefined && { ca: ca.reveal() }),
      // It is looked at, not talked to: whether it is trusted is the reading.
      rejectUnauthorized: false,
      minVersion: "TLSv1.2",
    });
    const settle = (outcome: Shown | DeviceFailure): void => {
      cancel();
      signal.removeEventListener("abort", abort);
      socket.destroy();
      if (outcome instanceof DeviceFailure) reject(outcome);
      else resolve(outcome);
    };
    const abort = (): void => settle(silent(isConnected));
    const cancel = clock.after(SHAKEN_WITHIN, abort);
    signal.addEventListener("abort", abort);
    socket.on("connect", () => {
      isConnected = true;
    });
    socket.on("secureConnect", () => {
      const certificate = socket.getPeerX509Certificate();
      if (certificate === undefined)
        settle(new DeviceFailure("DEVICE_GARBAGE", "shows no certificate", { answers: true }));
      else
        settle({ der: certificate.raw, distrust: socket.authorized ? undefined : codeOf(socket.authorizationError) });
    });
    socket.on("error", (error: NodeJS.ErrnoException) => settle(failureOf(error, isConnected)));
    socket.on("close", () =>
      settle(new DeviceFailure("DEVICE_SILENT", "closed the connection in the middle of the handshake")),
    );
    if (signal.aborted) abort();
  });
}

const silent = (isConnected: boolean): DeviceFailure =>
  new DeviceFailure(
    "DEVICE_SILENT",
    isConnected ? "took the connection and did not shake hands in time" : "cannot be reached",
  );

/** A code by its types an Error, in fact mostly a text. */
function codeOf(error: unknown): string {
  if (typeof error === "string") return error;
  const { code, message } = (typeof error === "object" && error !== null ? error : {}) as {
    code?: unknown;
    message?: unknown;
  };
  return typeof code === "string" ? code : typeof message === "string" ? message : "no reason";
}

function failureOf(error: NodeJS.ErrnoException, isConnected: boolean): DeviceFailure {
  const code = error.code ?? "";
  if (code === "ECONNREFUSED") return new DeviceFailure("DEVICE_REFUSED", "refused the connection");
  if (code === "ECONNRESET" || code === "EPIPE")
    return new DeviceFailure("DEVICE_SILENT", "closed the connection in the middle of the handshake");
  if (/UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|VERSION_TOO_LOW/.test(code))
    return new DeviceFailure("CERTIFICATE_BAD", "speaks only TLS older than 1.2", { answers: true });
  if (isConnected)
    return new DeviceFailure(
      "DEVICE_GARBAGE",
      `does not speak TLS: ${messageOf(error).split(":").at(-2)?.slice(0, 80) ?? code}`,
    );
  return new DeviceFailure("DEVICE_SILENT", messageOf(error).slice(0, 120));
}
