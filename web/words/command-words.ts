import type { CommandInput, CommandView } from "#contract/api/commands.ts";
import type { Status } from "./status-words.ts";

type Command = CommandInput["command"];

/** What a device is asked to do: on the menu, as a question, and what it means for whoever is in the room. */
export const commandWords: Readonly<Record<Command, { word: string; question: string; means: string }>> = {
  power_on: {
    word: "Switch on",
    question: "Switch on",
    means: "A display needs up to two minutes until it shows a picture.",
  },
  power_off: { word: "Switch off", question: "Switch off", means: "Whoever is looking at it sees it go dark." },
  select_input: {
    word: "Choose its input",
    question: "Choose the input of",
    means: "Whoever is looking at it sees something else.",
  },
  preflight: {
    word: "Try it out",
    question: "Try out",
    means: "It is switched on, asked for its own fault report, and left as it was. That takes up to five minutes.",
  },
};

/** How it stands with a command: a word with its status. */
export const commandStates: Readonly<Record<CommandView["state"], { word: string; status: Status }>> = {
  asked: { word: "Asked", status: "unknown" },
  done: { word: "Done", status: "ready" },
  failed: { word: "Not done", status: "not_ready" },
  unanswered: { word: "No answer", status: "unknown" },
};

/** What became of a command, in a sentence. */
export function commandSaid({ state, text, code }: Pick<CommandView, "state" | "text" | "code">): string {
  const why = text ?? code;
  if (state === "asked") return "It was asked; waiting for its answer.";
  if (state === "done") return why === undefined ? "Done." : `Done: ${why}.`;
  if (state === "failed") return why === undefined ? "It could not be done." : `It could not be done: ${why}.`;
  return "Nobody answered in time: whether it was done is not known.";
}
