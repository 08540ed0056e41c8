/** A forecast is told in words beside its figure, never as a bare percentage. */
export interface ProbabilityWords {
  /** "very likely ready" */
  words: string;
  /** "97 %" */
  figure: string;
  /** True while priors speak instead of what was learned of this room. */
  isLearning: boolean;
}

export function probabilityWords(p: number, basis: "learned" | "prior" = "learned"): ProbabilityWords {
  return { words: wordsOf(p), figure: figureOf(p), isLearning: basis === "prior" };
}

const wordsOf = (p: number): string => {
  if (p >= 0.95) return "very likely ready";
  if (p >= 0.8) return "likely ready";
  if (p >= 0.5) return "uncertain";
  return "unlikely to be ready";
};

/** Rounded so that the figure never contradicts its words, and never claims certainty. */
function figureOf(p: number): string {
  const percent = Math.floor(p * 100 + 1e-9);
  if (percent >= 100) return "> 99\u00A0%";
  if (percent < 1) return "< 1\u00A0%";
  return `${percent}\u00A0%`;
}
