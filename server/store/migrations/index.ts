import type { Migrations } from "../../sqlite/migrate.ts";
import { initial } from "./0001-initial.ts";
import { templates } from "./0002-templates.ts";
import { verdicts } from "./0003-verdicts.ts";
import { keys } from "./0004-keys.ts";
import { commands } from "./0005-commands.ts";

/** Every step of the schema, in order. A released step is never edited: add the next one. */
export const migrations: Migrations = {
  "0001-initial": initial,
  "0002-templates": templates,
  "0003-verdicts": verdicts,
  "0004-keys": keys,
  "0005-commands": commands,
};
