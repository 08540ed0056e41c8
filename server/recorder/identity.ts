import { isId } from "#contract/ids.ts";
import type { ReadingIdentity } from "./committed/commit-ledger.ts";

interface MaybeIdentified {
  agent?: unknown;
  boot?: unknown;
  seq?: unknown;
}

/** Which reading of which agent this is; `undefined` for devices without an agent. Reads even a reading that is refused, as far as it can be read. */
export function identityIn(
  reading: MaybeIdentified | Uint8Array,
  site: string | undefined,
): ReadingIdentity | undefined {
  if (site === undefined) return undefined;
  const { agent, boot, seq } = reading instanceof Uint8Array ? readLoosely(reading) : reading;
  if (typeof agent !== "string" || typeof boot !== "string" || typeof seq !== "number") return undefined;
  if (!isId(agent) || boot.length === 0 || boot.length > 64 || !Number.isSafeInteger(seq) || seq < 1) return undefined;
  return { site, agent, boot, seq };
}

/** As the intake decodes: a byte order mark is no part of the text. */
const utf8 = new TextDecoder();

function readLoosely(payload: Uint8Array): MaybeIdentified {
  try {
    const json: unknown = JSON.parse(utf8.decode(payload));
    return typeof json === "object" && json !== null ? json : {};
  } catch {
    return {};
  }
}
