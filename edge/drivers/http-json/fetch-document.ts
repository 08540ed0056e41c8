import type { ClientRequest, IncomingMessage } from "node:http";
import type { Clock } from "#contract/clock.ts";
import { messageOf } from "#contract/errors.ts";
import { seconds } from "#contract/units.ts";
import { DeviceFailure } from "../device-failure.ts";
import type { HttpJsonOptions } from "./options.ts";

// Not imported: an import reads everything that the module offers, and so loads a WebSocket client of 15 MB with it.
const { request: httpRequest } = process.getBuiltinModule("node:http");
const { request: httpsRequest } = process.getBuiltinModule("node:https");

/** Gets a document: bounded in time and size, redirects are not followed. Rejects with DeviceFailure only. */
export function fetchDocument(options: HttpJsonOptions, clock: Clock, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const request = ask(options);
    let isOver = false;
    const settle = (outcome: Buffer | DeviceFailure): void => {
      if (isOver) return;
      isOver = true;
      cancel();
      signal.removeEventListener("abort", abort);
      request.destroy();
      if (outcome instanceof DeviceFailure) reject(outcome);
      else resolve(outcome);
    };
    const late = (): void => settle(new DeviceFailure("DEVICE_SILENT", `did not answer within ${options.timeout_s} s`));
    const abort = (): void => settle(new DeviceFailure("DEVICE_SILENT", "gave up: it took too long"));
    const cancel = clock.after(seconds(options.timeout_s), late);
    signal.addEventListener("abort", abort);
    request.on("response", (response) => {
      const refusal = refusalOf(response, options);
      if (refusal === undefined) collect(response, options.max_kb * 1024, settle);
      else settle(refusal);
    });
    request.on("upgrade", () => settle(new DeviceFailure("DEVICE_GARBAGE", "wants to speak another protocol")));
    request.on("error", (error: NodeJS.ErrnoException) => settle(failureOf(error)));
    request.on("close", () => settle(new DeviceFailure("DEVICE_SILENT", "closed the connection without an answer")));
    if (signal.aborted) abort();
    else request.end();
  });
}

function ask({ url, headers, user, password, token, ca, any_certificate }: HttpJsonOptions): ClientRequest {
  const common = {
    agent: false,
    maxHeaderSize: 16_384,
    headers: {
      "user-agent": "greenroom",
      accept: "application/json",
      ...Object.fromEntries(
        headers.map(({ name, value }) => [name, typeof value === "string" ? value : value.reveal()]),
      ),
      ...(token !== undefined && { authorization: `Bearer ${token.reveal()}` }),
      ...(user !== undefined &&
        password !== undefined && {
          authorization: `Basic ${Buffer.from(`${user}:${password.reveal()}`).toString("base64")}`,
        }),
    },
  } as const;
  if (url.startsWith("http:")) return httpRequest(url, common);
  return httpsRequest(url, {
    ...common,
    rejectUnauthorized: !any_certificate,
    ...(ca !== undefined && { ca: ca.reveal() }),
  });
}

/** Why this answer is none, by its head alone. */
function refusalOf({ statusCode = 0, headers }: IncomingMessage, options: HttpJsonOptions): DeviceFailure | undefined {
  if (statusCode === 401)
    return new DeviceFailure("DEVICE_PASSWORD", "refuses the log-in (status 401)", { giveUp: true, answers: true });
  if (statusCode < options.status_from || statusCode > options.status_to) {
    const isRedirect = statusCode >= 300 && statusCode < 400;
    return new DeviceFailure(
      "DEVICE_REFUSED",
      `answered with status ${statusCode}${isRedirect ? ": redirects are not followed, give the address they lead to" : ""}`,
      { answers: true },
    );
  }
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding !== "identity")
    return new DeviceFailure("DEVICE_GARBAGE", "sent a packed answer that was not asked for", { answers: true });
  return undefined;
}

function collect(response: IncomingMessage, most: number, settle: (outcome: Buffer | DeviceFailure) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  const tooLarge = (): void =>
    settle(
      new DeviceFailure("DEVICE_GARBAGE", `sent more than ${Math.round(most / 1024)} KiB (max_kb)`, { answers: true }),
    );
  if (Number(response.headers["content-length"] ?? 0) > most) return tooLarge();
  response.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > most) tooLarge();
    else chunks.push(chunk);
  });
  response.on("end", () => settle(Buffer.concat(chunks)));
  response.on("aborted", () => settle(new DeviceFailure("DEVICE_SILENT", "broke off in the middle of its answer")));
  response.on("error", () => settle(new DeviceFailure("DEVICE_SILENT", "broke off in the middle of its answer")));
  return undefined;
}

const CERTIFICATE = /certificate|self.signed|altname|CERT_|UNABLE_TO_/i;

function failureOf(error: NodeJS.ErrnoException): DeviceFailure {
  const code = error.code ?? "";
  if (code === "ECONNREFUSED") return new DeviceFailure("DEVICE_REFUSED", "refused the connection");
  if (CERTIFICATE.test(code) || CERTIFICATE.test(error.message))
    return new DeviceFailure("CERTIFICATE_BAD", `its certificate is not trusted: ${messageOf(error).slice(0, 120)}`);
  if (code.startsWith("HPE_") || code === "EPROTO" || code.startsWith("ERR_SSL"))
    return new DeviceFailure("DEVICE_GARBAGE", "speaks something that is no HTTP");
  if (code === "ECONNRESET") return new DeviceFailure("DEVICE_SILENT", "closed the connection without an answer");
  return new DeviceFailure("DEVICE_SILENT", messageOf(error).slice(0, 120));
}
