const PATIENCE_MS = 20_000;
const LOOK_MS = 25;

/**
 * Waits until a claim holds and returns what it gave; fails with the last thing that it saw. A claim that throws does not
 * hold yet.
 */
export async function until<T>(
  what: string,
  claim: () => T | Promise<T>,
  withinMs = PATIENCE_MS,
): Promise<Exclude<T, false | undefined | null>> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    let seen: unknown;
    try {
      const value = await claim();
      if (value !== false && value !== undefined && value !== null)
        return value as Exclude<T, false | undefined | null>;
      seen = value;
    } catch (error) {
      seen = error;
    }
    if (performance.now() > deadline)
      throw new Error(`waited in vain for: ${what}`, seen instanceof Error ? { cause: seen } : undefined);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
