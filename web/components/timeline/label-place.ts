/** About how wide a letter of the label is; a label that is a little wrong is clipped, not lost. */
const LETTER_PX = 6.9;
const SIGN_AND_PADDING_PX = 36;
const GAP_PX = 10;

export type LabelPlace = "inside" | "after" | "cut";

/** Where the name of a visit is written: in its block, after it where it is too short and the room is free, else cut off. */
export function labelPlace(name: string, blockPx: number, freeAfterPx: number): LabelPlace {
  const textPx = name.length * LETTER_PX;
  if (blockPx >= textPx + SIGN_AND_PADDING_PX) return "inside";
  return freeAfterPx >= textPx + GAP_PX ? "after" : "cut";
}
