/** A sentence of the gateway may end in its act-by; where the screen says that itself, with what is left, it is not said twice. */
export const withoutActBy = (sentence: string): string => sentence.replace(/\s*Act by [^.]*\.$/, "");
