import { glob } from "node:fs/promises";
import { registerHooks } from "node:module";
import { resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import { configureGlobal } from "fast-check";
import { type Declared, takeDeclared } from "./stand-in.ts";

/** The brain's own tests. Stories of the whole gateway take too long for thousands of mutants. */
const TESTS = ["gateway/{readiness,forecast,alerts,judge}/**/*.test.ts", "gateway/laws/{forecast,score}.test.ts"];
/** Laws of the whole judge: seconds for each mutant that nothing else notices. */
const SLOW_TESTS = process.env["MUTANTS_SLOW"] === "1" ? ["gateway/laws/{room,kept-answers}.test.ts"] : [];
const EXCEPT = ["**/*.peer.test.ts", "**/through-gateway.test.ts"];
/** Cases per property: enough to notice a change of the code; CI tries far more on the code itself. */
const PROPERTY_RUNS = "20";
const SEED = 20_261_122;
/** Stryker gives a loop a hundred times the turns that the code itself takes; a tenth of that is endless enough, and sooner. */
const PATIENCE = 0.1;
const LEAST_TURNS = 10_000;

/** What instrumented code and Stryker share. */
interface Shared {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: unknown;
}
const shared = ((globalThis as Record<string, unknown>)["__stryker__"] ??= {}) as Shared;

interface Test extends Declared {
  id: string;
  file: string;
  tookMs: number;
}

interface MutantRun {
  testFilter?: string[];
  hitLimit?: number;
  activeMutant: { id: string };
  sandboxFileName: string;
}

/**
 * Tries mutants on tests that are loaded once, all in this process: a mutant costs what its tests take, and no start. Code
 * that keeps answers could hide a mutant, or keep what one has made: such a process is given up and the mutant tried
 * again in a new one.
 */
class InProcessRunner {
  readonly #tests = new Map<string, Test>();
  readonly #loaded = new Set<string>();
  /** What noticed the last mutant of a file mostly notices the next. */
  readonly #noticedLast = new Map<string, string>();
  #tried = 0;
  #isSpoilt = false;

  capabilities(): { reloadEnvironment: boolean } {
    return { reloadEnvironment: true };
  }

  async init(): Promise<void> {
    process.env["PROPERTY_RUNS"] = PROPERTY_RUNS;
    configureGlobal({ seed: SEED, endOnFailure: true });
    const standIn = new URL("stand-in.ts", import.meta.url).href;
    registerHooks({
      resolve: (specifier, context, next) =>
        specifier === "vitest" && context.parentURL !== standIn
          ? { url: standIn, shortCircuit: true }
          : next(specifier, context),
    });
    await Promise.resolve();
  }

  async dryRun(): Promise<unknown> {
    for await (const file of glob([...TESTS, ...SLOW_TESTS], { exclude: EXCEPT })) await this.#load(file);
    const tests = [];
    for (const test of this.#tests.values()) {
      shared.currentTestId = test.id;
      const failure = await attempt(test);
      shared.currentTestId = undefined;
      const { id, tookMs: timeSpentMs } = test;
      const told = { id, name: test.name, timeSpentMs, fileName: resolve(test.file) };
      tests.push(failure === undefined ? { ...told, status: 0 } : { ...told, status: 1, failureMessage: failure });
    }
    return { status: "complete", tests, mutantCoverage: shared.mutantCoverage };
  }

  async mutantRun({ testFilter = [], hitLimit: most, activeMutant, sandboxFileName }: MutantRun): Promise<unknown> {
    if (this.#isSpoilt) throw new Error("what the last mutant left behind would be seen by this one");
    for (const id of testFilter) await this.#load(id.slice(0, id.indexOf("#")));
    const first = this.#noticedLast.get(sandboxFileName);
    const tests = testFilter
      .flatMap((id) => this.#tests.get(id) ?? [])
      .toSorted((a, b) => Number(b.id === first) - Number(a.id === first) || a.tookMs - b.tookMs);
    const isFresh = this.#tried++ === 0;
    const hitLimit = most === undefined ? undefined : Math.max(LEAST_TURNS, most * PATIENCE);
    Object.assign(shared, { activeMutant: activeMutant.id, hitCount: 0, hitLimit });
    for (const [i, test] of tests.entries()) {
      const failureMessage = await attempt(test);
      if (shared.hitCount !== undefined && hitLimit !== undefined && shared.hitCount > hitLimit) {
        this.#isSpoilt = await this.#isBroken(test);
        return { status: "timeout", reason: "goes round and round" };
      }
      if (failureMessage === undefined) continue;
      this.#isSpoilt = await this.#isBroken(test);
      if (this.#isSpoilt && !isFresh) throw new Error("what an earlier mutant left behind may have failed the test");
      this.#noticedLast.set(sandboxFileName, test.id);
      return { status: "killed", killedBy: [test.id], failureMessage, nrOfTests: i + 1 };
    }
    if (shared.hitCount === 0 && !isFresh) throw new Error("an answer kept from before hides the mutant");
    shared.activeMutant = undefined;
    return { status: "survived", nrOfTests: tests.length };
  }

  async #load(file: string): Promise<void> {
    if (this.#loaded.has(file)) return;
    this.#loaded.add(file);
    await import(pathToFileURL(resolve(file)).href);
    for (const each of takeDeclared()) {
      const id = `${file}#${each.name}`;
      this.#tests.set(id, { ...each, id, file, tookMs: 0 });
    }
  }

  /** Whether a test that failed still fails on the code as it is. */
  async #isBroken(test: Test): Promise<boolean> {
    shared.activeMutant = undefined;
    shared.hitCount = undefined;
    return (await attempt(test)) !== undefined;
  }
}

/** Runs a test; tells why it failed. */
async function attempt(test: Test): Promise<string | undefined> {
  const from = performance.now();
  try {
    await test.body();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    test.tookMs = performance.now() - from;
  }
}

/** What Stryker looks for in a plugin. */
export const strykerPlugins = [{ kind: "TestRunner", name: "in-process", injectableClass: InProcessRunner }];
