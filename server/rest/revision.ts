import type { FastifyReply, FastifyRequest } from "fastify";
import { InputFaults } from "../planning/input-faults.ts";

/** Tells an editor which revision it sees (RFC 9110 §8.8.3). */
export const tellRevision = (reply: FastifyReply, revision: number): void => void reply.header("etag", `"${revision}"`);

/** The revision that an editor has seen, from `If-Match: "7"`; `undefined` when it does not care. */
export function revisionWanted(request: FastifyRequest): number | undefined {
  const header = request.headers["if-match"];
  if (header === undefined || header === "*") return undefined;
  const revision = /^(?:W\/)?"(\d{1,15})"$/.exec(header)?.[1];
  if (revision === undefined)
    throw new InputFaults([{ where: "header If-Match", why: 'must be a revision in quotes, as "7"' }]);
  return Number(revision);
}
