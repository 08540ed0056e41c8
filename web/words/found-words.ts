import type { Found } from "#contract/messages/alert.ts";

/** What those who went there may have found; Greenroom calls more rarely for what was nothing. */
export const foundAnswers: readonly { found: Found; word: string; hint: string; said: string }[] = [
  {
    found: "mended",
    word: "It is mended",
    hint: "Something was wrong, and it is right now.",
    said: "Marked as mended",
  },
  {
    found: "only_watching",
    word: "Only its report was wrong",
    hint: "It worked all along; what watches it did not.",
    said: "Found working: only its report was wrong",
  },
  {
    found: "nothing_wrong",
    word: "Nothing was wrong",
    hint: "A false call: there was nothing to mend.",
    said: "Found nothing wrong",
  },
];

/** "Found nothing wrong" */
export const foundWords = (found: Found): string =>
  foundAnswers.find((answer) => answer.found === found)?.said ?? "Marked as mended";
