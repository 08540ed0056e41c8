import type { RoomCard } from "#contract/messages/room.ts";
import { spreadOf } from "../act-by.ts";
import { ChainTimes, type Link } from "../chain.ts";
import { normalCdf } from "../normal.ts";
import { kindOf, type Owner, ownerOf, type Remedy, remediesOf } from "../remedies.ts";
import type { Done } from "./acts.ts";
import type { SiteLearner } from "./site-learner.ts";

/** Notes per remedy: how many, sum and sum of squares of the logarithm of the minutes, how often it worked, of how many. */
const SIZE = 5;
/** A prior is worth so many repairs; how often a remedy works, so many tries. */
const PRIOR_REPAIRS = 5;
const PRIOR_TRIES = 10;
/** Calls that are open already: 0, 1, 2–3, 4–7, 8 and more. Sum of logarithms of times the usual, and how many. */
const QUEUE_STEPS = 5;
const QUEUE_SIZE = 2 * QUEUE_STEPS;
const PRIOR_QUEUE = 10;
const LONGEST_MIN = 24 * 60;

/** A cause's chain of remedies with how long it takes at this site, in this room. */
export interface Chain {
  remedies: readonly Remedy[];
  links: readonly Link[];
  /** The remedies that mend, as one chain: they come before those that take the visit elsewhere. */
  mending: ChainTimes;
  mendingCount: number;
  /** Each of the others by itself. */
  others: readonly ChainTimes[];
  owner: Owner;
}

const ofCards = new WeakMap<object, Map<string, { revision: number; chain: Chain }>>();
const COMMON: Pick<RoomCard, "remedies"> = {};

/** The chain for a cause, worked out once for all rooms whose cards say nothing of their own. */
export function chainOf(site: SiteLearner, cause: string, card: Pick<RoomCard, "remedies">): Chain {
  const kind = kindOf(cause);
  const own = card.remedies;
  if (own === undefined) {
    const chains = site.derived("chains", () => new Map<string, Chain>());
    let chain = chains.get(kind);
    if (chain === undefined) {
      chain = makeChain(site, kind, COMMON);
      chains.set(kind, chain);
    }
    return chain;
  }
  let kept = ofCards.get(own);
  if (kept === undefined) {
    kept = new Map();
    ofCards.set(own, kept);
  }
  let found = kept.get(`${site.site} ${kind}`);
  if (found === undefined || found.revision !== site.revision) {
    found = { revision: site.revision, chain: makeChain(site, kind, card) };
    kept.set(`${site.site} ${kind}`, found);
  }
  return found.chain;
}

function makeChain(site: SiteLearner, kind: string, card: Pick<RoomCard, "remedies">): Chain {
  const remedies = remediesOf(kind, card);
  const links = remedies.map((each) => linkOf(site, each));
  const mendingCount = remedies.filter(({ mends }) => mends).length;
  return {
    remedies,
    links,
    mendingCount,
    mending: new ChainTimes(links.slice(0, mendingCount)),
    others: links.slice(mendingCount).map((link) => new ChainTimes([link])),
    owner: ownerOf(kind),
  };
}

/** How long a remedy takes here: its prior, drawn towards what the site's repairs took. */
function linkOf(site: SiteLearner, { remedy, duration, works }: Remedy): Link {
  const [n = 0, sum = 0, squares = 0, worked = 0, tried = 0] = rowOf(site, `mend ${remedy}`, SIZE);
  const prior = Math.log(Math.max(0.5, duration.p50_min));
  const mean = (PRIOR_REPAIRS * prior + sum) / (PRIOR_REPAIRS + n);
  const apart = PRIOR_REPAIRS * (spreadOf(duration) ** 2 + (mean - prior) ** 2);
  const variance = (apart + squares - 2 * mean * sum + n * mean ** 2) / (PRIOR_REPAIRS + n);
  return {
    medianMin: duration.p50_min <= 0 && n === 0 ? 0 : Math.exp(mean),
    spread: Math.sqrt(Math.max(1e-3, variance)),
    works: (works * PRIOR_TRIES + worked) / (PRIOR_TRIES + tried),
  };
}

const rowOf = (site: SiteLearner, name: string, size: number): number[] => Array.from(site.counts(name, size) ?? []);

/** How much longer things take while so many calls of that owner are open: 1 with none, never falling. */
export function queueFactor(site: SiteLearner, owner: Owner, open: number): number {
  if (open <= 0) return 1;
  const factors = site.derived(`queue ${owner}`, () => {
    const row = rowOf(site, `queue ${owner}`, QUEUE_SIZE);
    let most = 1;
    return Array.from({ length: QUEUE_STEPS }, (_, i) => {
      most = Math.max(most, Math.exp((row[2 * i] ?? 0) / ((row[2 * i + 1] ?? 0) + PRIOR_QUEUE)));
      return most;
    });
  });
  return factors[queueStep(open)] ?? 1;
}

const queueStep = (open: number): number => Math.min(QUEUE_STEPS - 1, 1 + Math.floor(Math.log2(open)));

/**
 * Notes a repair. Which remedy of the chain did it is not told, so each takes the share that its own times make likely
 * (one step of expectation and maximisation).
 */
export function noteRepair(site: SiteLearner, { cause, minutes, queue }: Done): void {
  if (!(minutes > 0) || minutes > LONGEST_MIN) return;
  const chain = chainOf(site, cause, COMMON);
  if (chain.mendingCount === 0) return;
  const usual = Math.max(0.5, chain.mending.minutesFor(0, 0.5));
  if (queue > 0) {
    const step = queueStep(queue);
    const ledger = site.ledger(`queue ${chain.owner}`, QUEUE_SIZE);
    ledger.add(2 * step, Math.max(-1.5, Math.min(1.5, Math.log(minutes / usual))));
    ledger.add(2 * step + 1);
  }
  let left = Math.max(0.5, minutes / queueFactor(site, chain.owner, queue));
  let reached = 1;
  for (let i = 0; i < chain.mendingCount; i++) {
    const link = chain.links[i];
    const remedy = chain.remedies[i];
    if (link === undefined || remedy === undefined) return;
    const own = i === chain.mendingCount - 1 ? 1 : shareOfFirst(chain, i, left);
    const ledger = site.ledger(`mend ${remedy.remedy}`, SIZE);
    const log = Math.log(left);
    for (const [at, amount] of [1, log, log ** 2, 1].entries()) ledger.add(at, reached * own * amount);
    ledger.add(4, reached);
    reached *= 1 - own;
    left = Math.max(0.5, left - link.medianMin);
  }
}

/** How likely it was link `i` itself that mended after so many minutes, and not those after it. */
function shareOfFirst(chain: Chain, i: number, minutes: number): number {
  const { medianMin, spread, works } = chain.links[i] ?? { medianMin: 1, spread: 1, works: 1 };
  const [from, to] = [minutes / 1.08, minutes * 1.08];
  const cdf = (m: number): number => normalCdf(Math.log(m / Math.max(0.1, medianMin)) / Math.max(0.05, spread));
  const own = works * (cdf(to) - cdf(from));
  const all = chain.mending.mended(i, to) - chain.mending.mended(i, from);
  if (all <= 1e-6) return minutes > medianMin ? 0 : 1;
  return Math.max(0, Math.min(1, own / all));
}
