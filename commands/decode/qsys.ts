import type { Parsed } from "#contract/errors.ts";
import { readableText } from "#edge/drivers/device-failure.ts";
import { isObject, parseMessage } from "#edge/drivers/qsys/messages.ts";
import { QsysOptions } from "#edge/drivers/qsys/options.ts";
import { readCore } from "#edge/drivers/qsys/read-core.ts";
import { type Answer, answered, type Heard, refuse, type Says } from "./answer.ts";

/** A message of a Q-SYS Core (QRC), with or without the zero byte that ends it. */
export function decodeQsys({ text }: Heard): Parsed<Answer> {
  const json = text.replace(/\0$/, "");
  const parsed = parseMessage(json);
  if (!parsed.ok) return parsed;
  const unasked = unaskedError(json);
  if (unasked !== undefined) return answered("qsys", {}, { ...unasked, online: true });
  const message = parsed.value;
  if (message.kind === "error")
    return answered("qsys", {}, { error: message.text, error_code: message.code, online: true });
  const status = message.kind === "result" ? message.result : paramsOf(json);
  if (message.kind === "notice" && status === undefined)
    return refuse("DEVICE_GARBAGE", "message", "has neither an id nor a method");
  // Answers to other questions need the names of the configuration.
  if (!isObject(status) || !("State" in status)) return answered("qsys", {}, { online: true });
  const { told, faults, model } = readCore({ status, components: {} }, QsysOptions.parse({ host: "decoded" }));
  const read = told.parsed("status");
  if (!read.ok) return read;
  const { State, IsEmulator, DesignName } = status;
  return answered("qsys", read.value, {
    online: true,
    device_state: State,
    ...(typeof IsEmulator === "boolean" && { emulator: IsEmulator }),
    ...(typeof DesignName === "string" && DesignName !== "" && { design: DesignName.slice(0, 128) }),
    ...(model !== undefined && { model }),
    ...(faults.length > 0 && { fault: faults.join("; ") }),
  });
}

/** An error about a message that it could not even read has no id. */
function unaskedError(json: string): Says | undefined {
  const { id, error } = JSON.parse(json) as { id?: unknown; error?: unknown };
  if (typeof id === "number" || !isObject(error) || typeof error["code"] !== "number") return undefined;
  const { code, message } = error;
  return { error: typeof message === "string" ? readableText(message, 120) : "an error", error_code: code };
}

/** What is said unasked: a state on connecting has it in its params; `undefined` where it is no JSON-RPC. */
function paramsOf(json: string): unknown {
  const { method, params } = JSON.parse(json) as { method?: unknown; params?: unknown };
  if (typeof method !== "string") return undefined;
  return method === "EngineStatus" ? (params ?? {}) : {};
}
