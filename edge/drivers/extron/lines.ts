import { readableText } from "../device-failure.ts";

/** The answers of Extron's SIS, read strictly, with or without the tags of verbose mode: what is not told plainly is `undefined`. */

export interface Banner {
  model: string;
  firmware: string | undefined;
}

/** `(c) Copyright 2013, Extron Electronics, IN1608, V1.00, 60-1238-51`; some models lack the comma before their name. */
export function parseBanner(line: string): Banner | undefined {
  const parts =
    /^(?:\(c\)|©)\s*Copyright\s+[\d-]{4,9},\s*Extron Electronics,?\s+([^,]{1,64})(?:,\s*V(\d{1,2}\.\d{2,4})\b.*)?/iu.exec(
      line,
    );
  const model = readableText(parts?.[1] ?? "");
  return model === "" ? undefined : { model, firmware: parts?.[2] };
}

/** The two digits of `E13`. */
export const parseError = (line: string): string | undefined => /^E(\d\d)$/.exec(line)?.[1];

/** What each error means to somebody who asked for something. */
const errors: Readonly<Record<string, "absent" | "busy" | "forbidden" | "full">> = {
  "01": "absent",
  "10": "absent",
  "11": "absent",
  "12": "absent",
  "13": "absent",
  "14": "absent",
  "22": "busy",
  "24": "forbidden",
  "26": "full",
};
/** What is not listed is about this moment (no signal of that kind, timed out). */
export const meaningOf = (code: string): "absent" | "busy" | "forbidden" | "full" => errors[code] ?? "busy";

/** `1.02`, `Ver01*1.02`, `1.02*` (the one that runs). */
export const parseFirmware = (line: string): string | undefined =>
  /^(?:Ver\d{1,2}\*)?(\d{1,2}\.\d{2}(?:\.\d{1,4})?)\*?$/.exec(line)?.[1];

/** `60-1238-51`, `Pno60-1238-51`. */
export const parsePartNumber = (line: string): string | undefined =>
  /^(?:Pno)?(\d{2}-\d{3,4}-[0-9A-Z]{2,3})$/.exec(line)?.[1];

export interface Information {
  input?: number;
  hasSignal?: boolean;
  isMuted?: boolean;
}

/** `Vid2 Aud2 Typ6 Std0 Blk0 …` of a scaler, `V2 A2 F1 Vmt0 Amt0` of a switcher, `V8X4 A8X4` (sizes alone) of a matrix. */
export function parseInformation(line: string): Information | undefined {
  const words = line.replace(/^Inf\d{1,2}\*/, "").split(/[ •*]+/);
  if (words.length < 2 || words.length > 20 || !words.every((word) => /^[A-Za-z]{1,5}[-\dX.]{1,8}$/.test(word)))
    return undefined;
  const found: Information = {};
  for (const word of words) {
    const [, name, value] = /^(Vid|V|Std|Blk|Vmt)(\d{1,3}|-)$/.exec(word) ?? [];
    if (name === "Vid" || name === "V") found.input = Number(value);
    // 0 is "no signal on this input"; what is active has a standard, or none that applies.
    else if (name === "Std") found.hasSignal = value !== "0";
    else if (name === "Blk" || name === "Vmt") found.isMuted = value !== "0";
  }
  return found;
}

/** Which inputs carry a signal, the first at 0: `Sig 1 1 0`, `In00*1*1*0`, `1*1*0`, `0 1`. */
export function parseSignals(line: string): readonly boolean[] | undefined {
  const list = /^(?:Sig\s?|In\d{2}\*|Ls\d{1,2}\*)?([012](?:[ *•][012]){0,127})$/i.exec(line)?.[1];
  return list?.split(/[ *•]/).map((digit) => digit !== "0");
}

/** The input that an output shows: `5`, `Out02 In05 Vid`, `In5 All`. 0 is none. */
export function parseTie(line: string): number | undefined {
  const input = /^(?:Out\d{1,3}[ •*]?)?(?:In|Chn)?(\d{1,3})(?:[ •]?(?:All|Vid|RGB|Aud))?$/.exec(line)?.[1];
  return input === undefined ? undefined : Number(input);
}

/** Degrees in the model's own unit: `045`, `+45.00`, `20Stat 45.5`, `Stat20*45`. */
export function parseTemperature(line: string): number | undefined {
  const degrees = /^(?:(?:20Stat|Stat20|Sts20)[ *•]?)?([+-]?\d{1,3}(?:\.\d{1,2})?)\s?[CF]?$/i.exec(line)?.[1];
  return degrees === undefined ? undefined : Number(degrees);
}

/** Power save: 0 is full power; whatever saves power shows no picture. */
export function parsePower(line: string): "on" | "standby" | undefined {
  const mode = /^(?:Psav)?\s?([0-3])$/i.exec(line)?.[1];
  return mode === undefined ? undefined : mode === "0" ? "on" : "standby";
}

/** `Vrb2`: the mode was taken. */
export const parseVerbose = (line: string): true | undefined => (/^Vrb0?[0-3]$/.test(line) ? true : undefined);
