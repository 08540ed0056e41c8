/** A reason for which mutants may live. */
export interface Reason {
  reason: string;
  /** The code they change: part of its line, by file. */
  where: readonly (readonly [file: string, code: string])[];
}

/** Why some mutants may live: each was looked at, and no test could tell it from the code without pinning how the code is made. */
export const reasons: readonly Reason[] = [
  {
    reason: "The same for every input: a shortcut, or a guard that only the types ask for",
    where: [
      ["gateway/forecast/act-by.ts", "const missing = p >= 1 ? 0"],
      ["gateway/forecast/chain.ts", "let i = links.length - 1"],
      ["gateway/forecast/chain.ts", "if (link === undefined) continue"],
      ["gateway/forecast/chain.ts", "minutes <= 0) return 0"],
      ["gateway/forecast/chain.ts", "if (low === 0) return 0"],
      ["gateway/forecast/chain.ts", "(b > a ?"],
      ["gateway/forecast/chain.ts", "medianMin <= 0 ? 1"],
      ["gateway/forecast/chain.ts", "if (weight < 1e-9) continue"],
      ["gateway/forecast/chain.ts", "at < CELLS; at++"],
      ["gateway/forecast/chain.ts", "done < CELLS; done++"],
      ["gateway/forecast/normal.ts", "return z >= 0"],
      ["gateway/forecast/normal.ts", "return p < 0.5"],
      ["gateway/forecast/forecast.ts", "if (causes.length > 1) causes.sort"],
      ["gateway/forecast/forecast.ts", "chain.links[i] ?? { medianMin: 0, spread: 0 }"],
      ["gateway/forecast/forecast.ts", "times?.minutesFor"],
      ["gateway/forecast/forecast.ts", "if (actBy > last) last = actBy"],
      ["gateway/forecast/remedies.ts", "?.owner ??"],
      ["gateway/forecast/remedies.ts", "kind = colon < 0 ?"],
      ["gateway/alerts/agenda.ts", "if (at !== undefined && !Number.isNaN(at)"],
      ["gateway/alerts/conflicts.ts", "if (demos.length + bookings.length < 2) return []"],
      ["gateway/alerts/conflicts.ts", "each !== demo && isEarlier(each, demo)"],
      ["gateway/alerts/facts.ts", "at(start) < arrival"],
      ["gateway/alerts/facts.ts", "?? [])"],
      ["gateway/alerts/finding.ts", "if (readiness.causes.length === 0) continue"],
      ["gateway/alerts/finding.ts", "if (all.length > 1)"],
      ["gateway/alerts/history.ts", "first === undefined ? [entry]"],
      ["gateway/alerts/topology.ts", 'if (kind === "switch") return []'],
      ["gateway/alerts/stages/snoozed.ts", "snoozedUntil !== undefined && snoozedUntil > now"],
      ["gateway/alerts/stages/all-muted.ts", "end < first"],
      ["gateway/alerts/stages/over-budget.ts", "message === undefined || priority === 1"],
      ["gateway/alerts/desk.ts", "if (members.length === 0 && touched.size === 0) return"],
      ["gateway/alerts/desk.ts", "blamed.own.length === 0 ? own"],
    ],
  },
  {
    reason: "Kept answers: without them it is slower, and says the same",
    where: [
      ["gateway/forecast/remedies.ts", "kinds"],
      ["gateway/forecast/remedies.ts", "if (kind === undefined)"],
      ["gateway/alerts/finding.ts", "known.s"],
      ["gateway/alerts/finding.ts", "known.clear()"],
      ["gateway/alerts/finding.ts", "if (instant === undefined)"],
      ["gateway/alerts/signature.ts", "known"],
      ["gateway/readiness/words.ts", "MOST_TOLD"],
      ["gateway/readiness/words.ts", "1_000) "],
      ["gateway/alerts/local-time.ts", "clear()"],
    ],
  },
  {
    reason: "Forgetting: what is left out is never asked for again, only the memory grows",
    where: [
      ["gateway/alerts/budget.ts", "filter((each) => each > since)"],
      ["gateway/alerts/budget.ts", "if (at > since) sent.push(at)"],
      ["gateway/alerts/explained-incidents.ts", "this.#byOther.delete"],
      ["gateway/alerts/incident.ts", "this.#byRoom.delete"],
      ["gateway/alerts/board.ts", "moves.forget"],
    ],
  },
  {
    reason: "One thousandth of a second, or one part in many millions: where two numbers are equal to the last bit",
    where: [
      ["gateway/alerts/raise.ts", "waiting.costs + MARGIN"],
      ["gateway/alerts/stages/nudged.ts", "risk * (1 - patience.works) >="],
      ["gateway/alerts/facts.ts", "each.risk >= riskToRaise"],
      ["gateway/forecast/forecast.ts", "1 - least.p >= WORTH_TELLING"],
    ],
  },
  {
    reason: "Names that only must differ from each other: what they are is nobody's business",
    where: [
      ["gateway/alerts/alert-id.ts", "hash("],
      ["gateway/readiness/", "key: `"],
      ["gateway/readiness/", "const key = `"],
      ["gateway/readiness/", 'key: "'],
    ],
  },
];
