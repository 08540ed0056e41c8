import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import type { Problem } from "#contract/api/requests.ts";
import { type ErrorCode, errorKinds, GreenroomError } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import { asStoreError } from "../sqlite/open-database.ts";
import { InputFaults, type InputFault } from "../planning/input-faults.ts";

const statuses: Partial<Record<ErrorCode, number>> = {
  INPUT_INVALID: 400,
  CALENDAR_INVALID: 400,
  BAD_JSON: 400,
  SIGNED_OUT: 401,
  NOT_ALLOWED: 403,
  KEY_REVOKED: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  ROOM_TAKEN: 409,
  TOO_LARGE: 413,
  TOO_FAST: 429,
  LINK_DOWN: 503,
  STORE_DOWN: 503,
  STORE_FULL: 503,
};

/** An RFC 9457 answer with our own code. */
export function problem(code: ErrorCode, detail: string, errors?: readonly InputFault[], status?: number): Problem {
  return {
    type: `https://greenroom.invalid/errors#${code.toLowerCase().replaceAll("_", "-")}`,
    title: errorKinds[code].meaning,
    status: status ?? statuses[code] ?? 500,
    code,
    detail,
    ...(errors === undefined || errors.length === 0 ? {} : { errors: [...errors] }),
  };
}

export const sendProblem = (reply: FastifyReply, answer: Problem): FastifyReply =>
  reply
    .code(answer.status)
    .header("cache-control", "no-store")
    .type("application/problem+json")
    // A problem is already in its form: the route's own answer schema must not be asked about it.
    .serializer((value: unknown) => JSON.stringify(value))
    .send(answer);

/** Turns whatever a handler threw into an answer. What is our own fault is logged, and told without its inside. */
export function problemOf(thrown: FastifyError | Error, request: FastifyRequest, log: Log): Problem {
  // What SQLite says of a full disk or a damaged file has a code of ours.
  const named = asStoreError(thrown, "app.db");
  const error = named instanceof GreenroomError ? named : thrown;
  if (error instanceof InputFaults) return problem("INPUT_INVALID", "The request has faults.", error.faults);
  if (error instanceof GreenroomError && statuses[error.code] !== undefined) return problem(error.code, error.message);
  if (hasZodFastifySchemaValidationErrors(error)) {
    const context = "validationContext" in error ? error.validationContext : "request";
    return problem(
      "INPUT_INVALID",
      "The request has faults.",
      error.validation.map((one) => faultOf(one, context)),
    );
  }
  const status = "statusCode" in error && typeof error.statusCode === "number" ? error.statusCode : 500;
  if (status === 413) return problem("TOO_LARGE", "The request is larger than is taken here.");
  if (status === 415) return problem("INPUT_INVALID", error.message, undefined, 415);
  if (status >= 400 && status < 500) return problem("INPUT_INVALID", error.message, undefined, status);
  log.error({ why: error.stack ?? error.message, route: request.routeOptions.url }, "a request failed");
  return {
    type: "about:blank",
    title: "The server failed.",
    status: 500,
    code: "INTERNAL",
    detail: "Nothing is known to have changed. Try again; the server's log says more.",
  };
}

interface ZodFault {
  instancePath: string;
  message?: string | undefined;
}

const PLACES: Readonly<Record<string, string>> = {
  body: "",
  querystring: "query ",
  params: "path ",
  headers: "header ",
};

function faultOf(fault: ZodFault, context: string): InputFault {
  const path = fault.instancePath.split("/").filter((part) => part !== "");
  const where = path.join(".");
  return {
    where: `${PLACES[context] ?? ""}${where === "" ? "request" : where}`.trim(),
    why: fault.message ?? "is not valid",
  };
}
