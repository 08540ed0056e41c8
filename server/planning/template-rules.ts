import { slug } from "#contract/ids.ts";
import type { TemplateRecord } from "../store/templates.ts";

/** Which template a visit has, from what is said of it. */
export class TemplateRules {
  readonly #byName = new Map<string, string>();
  readonly #words: readonly { template: string; length: number; pattern: RegExp }[];
  readonly #default: string | undefined;

  constructor(templates: readonly TemplateRecord[]) {
    for (const { id, name } of templates) {
      this.#byName.set(id, id);
      this.#byName.set(slug(name), id);
    }
    this.#words = templates
      .flatMap(({ id, words }) =>
        words.map((word) => ({ template: id, length: word.length, pattern: wholeWord(word.trim()) })),
      )
      .toSorted((a, b) => b.length - a.length);
    this.#default = templates.find((template) => template.is_default)?.id;
  }

  /** The template of that id or name. */
  find(text: string): string | undefined {
    return this.#byName.get(slug(text));
  }

  /**
   * The template of a visit that names none: one whose own name is a category, then the longest of all words that stands in a
   * category, then in the title; else the default one, where there is one.
   */
  choose({ title, categories = [] }: { title: string; categories?: readonly string[] }): string | undefined {
    for (const category of categories) {
      const named = this.find(category);
      if (named !== undefined) return named;
    }
    const inside = (text: string): string | undefined =>
      this.#words.find(({ pattern }) => pattern.test(text))?.template;
    return inside(categories.join("\n")) ?? inside(title) ?? this.#default;
  }
}

/** A word is not found inside another: "board" is not in "onboarding". */
const wholeWord = (word: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])${RegExp.escape(word)}(?![\\p{L}\\p{N}])`, "iu");
