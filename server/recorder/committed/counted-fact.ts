import { z } from "zod";
import { parseTopic } from "#contract/wire.ts";
import { identityIn } from "../identity.ts";
import { decodeJson, decodeReading, recordType } from "../journal/record.ts";
import { AgentCounts, type CommitLedger, type CountedAgent, type ReadingIdentity } from "./commit-ledger.ts";

/** What moves an agent's count: a number that is stored or refused for good, or the news that nothing before one will come. */
export type CountedFact = { taken: ReadingIdentity } | { gone: ReadingIdentity };

const Identity = z.object({ site: z.string(), agent: z.string(), boot: z.string(), seq: z.int().min(1) });
const Fact = z.union([z.object({ taken: Identity }), z.object({ gone: Identity })]);

export const applyFact = (counts: CommitLedger, fact: CountedFact): CountedAgent =>
  "taken" in fact ? counts.add(fact.taken) : counts.giveUpBefore(fact.gone);

/** How the counts come back out of the journal: the checkpoint's, then every record behind it. */
export const recoverCounts = (
  counts: CommitLedger,
): { onMemory: (memory: unknown) => void; onRecord: (type: number, body: Buffer) => void } => ({
  onMemory(memory) {
    const restored = z.array(AgentCounts).safeParse(memory);
    if (restored.success) counts.restore(restored.data);
  },
  onRecord(type, body) {
    const fact = factOf(type, body);
    if (fact !== undefined) applyFact(counts, fact);
  },
});

function factOf(type: number, body: Buffer): CountedFact | undefined {
  if (type === recordType.fact) return Fact.safeParse(decodeJson(body)).data;
  if (type !== recordType.reading) return undefined;
  const { topic, payload } = decodeReading(body);
  const identity = identityIn(payload, parseTopic(topic)?.site);
  return identity === undefined ? undefined : { taken: identity };
}
