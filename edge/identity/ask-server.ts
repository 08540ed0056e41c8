import { z } from "zod";
import { EnrolledView } from "#contract/api/enrolment.ts";
import type { Clock } from "#contract/clock.ts";
import { type ErrorCode, errorKinds, GreenroomError, messageOf } from "#contract/errors.ts";
import { type Millis, seconds } from "#contract/units.ts";

export interface ServerAddress {
  /** `https://host`, or `http://` on this machine. */
  server: string;
  /** Who signed its certificate, where the system does not know it. PEM. */
  ca?: string | undefined;
}

const PATIENCE: Millis = seconds(20);
const LONGEST_ANSWER = 64 * 1024;
const Refusal = z.object({
  code: z.string(),
  detail: z.string().max(1_000),
  errors: z
    .array(z.object({ where: z.string().max(200), why: z.string().max(500) }))
    .max(20)
    .default([]),
});
const LOOPBACK = new Set(["127.0.0.1", "[::1]", "localhost"]);

/** Reads a server's address; what is secret on the way must not travel in the clear. CONFIG_INVALID. */
function parseServer(text: string): URL {
  const url = URL.parse(text);
  const isWeb = url !== null && (url.protocol === "https:" || url.protocol === "http:");
  if (!isWeb || url.username !== "" || url.password !== "" || url.search !== "")
    throw new GreenroomError("CONFIG_INVALID", "the server's address must look like https://greenroom.example.com");
  if (url.protocol === "http:" && !LOOPBACK.has(url.hostname))
    throw new GreenroomError("CONFIG_INVALID", "use https://: the code would travel in the clear");
  return url;
}

/** Asks the server for a certificate. Rejects with its own code, or LINK_DOWN where it does not answer. */
export async function askServer(
  { server, ca }: ServerAddress,
  path: "enrol" | "enrol/renew",
  { body, clock }: { body: object; clock: Clock },
): Promise<EnrolledView> {
  const base = parseServer(server);
  const url = new URL(`${base.pathname.replace(/\/$/, "")}/api/v1/${path}`, base);
  const { status, text } = await post(url, { ca, body: JSON.stringify(body), clock });
  const json = asJson(text);
  if (status === 201) {
    const parsed = EnrolledView.safeParse(json);
    if (parsed.success) return parsed.data;
    throw new GreenroomError("BAD_SHAPE", "the server's answer cannot be read: is it of another version?");
  }
  const refusal = Refusal.safeParse(json);
  if (refusal.success && Object.hasOwn(errorKinds, refusal.data.code)) {
    const { code, detail, errors } = refusal.data;
    throw new GreenroomError(
      code as ErrorCode,
      [detail, ...errors.map(({ where, why }) => `${where}: ${why}`)].join(" "),
    );
  }
  throw new GreenroomError("LINK_DOWN", `${base.host} answered ${status}: is Greenroom there?`);
}

/** One request, bounded in time and size; no redirect is followed: it could lead anywhere. */
async function post(
  url: URL,
  { ca, body, clock }: { ca: string | undefined; body: string; clock: Clock },
): Promise<{ status: number; text: string }> {
  // Loaded when it is asked for: an agent asks every few weeks, and its machine is small.
  const { request } = url.protocol === "https:" ? await import("node:https") : await import("node:http");
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const options = { method: "POST", headers, agent: false, minVersion: "TLSv1.2", ...(ca !== undefined && { ca }) };
    const asked = request(url, options as object, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
        if (text.length > LONGEST_ANSWER) asked.destroy(new Error("the answer is too long"));
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      response.on("error", (error) => asked.destroy(error));
    });
    const cancel = clock.after(PATIENCE, () => asked.destroy(new Error(`no answer in ${PATIENCE / 1_000} s`)));
    asked.on("error", (error) =>
      reject(new GreenroomError("LINK_DOWN", `${url.host} cannot be asked: ${messageOf(error)}`, error)),
    );
    asked.on("close", cancel);
    asked.end(body);
  });
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
