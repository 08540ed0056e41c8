import type { Problem } from "#contract/api/requests.ts";

/** Every call to the server goes through here: one place for the path, the session's token and what a refusal looks like. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** Per field or line: where and why. */
  readonly faults: readonly { where: string; why: string }[];

  constructor(status: number, problem: Partial<Problem>) {
    super(problem.detail ?? problem.title ?? `The server answered ${status}.`);
    this.name = "ApiError";
    this.status = status;
    this.code = problem.code ?? "UNKNOWN";
    this.faults = problem.errors ?? [];
  }
}

let csrf: string | undefined;

/** The session's token, sent back with every change so that no other site can make one in our name. */
export const rememberCsrf = (token: string | undefined): void => {
  csrf = token;
};

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

async function call<T>(method: Method, path: string, body?: unknown, type = "application/json"): Promise<T> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (method !== "GET" && csrf !== undefined) headers["x-csrf-token"] = csrf;
  if (body !== undefined) headers["content-type"] = type;
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  if (body !== undefined) init.body = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(`/api/v1/${path}`, init).catch((error: unknown) => {
    throw new ApiError(0, {
      code: "LINK_DOWN",
      detail: "The server cannot be reached. Nothing was changed.",
      title: String(error),
    });
  });
  const text = await response.text();
  if (!response.ok) throw new ApiError(response.status, problemOf(text));
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

function problemOf(text: string): Partial<Problem> {
  try {
    return JSON.parse(text) as Partial<Problem>;
  } catch {
    return {};
  }
}

export const get = <T>(path: string): Promise<T> => call("GET", path);
export const post = <T>(path: string, body?: unknown): Promise<T> => call("POST", path, body);
export const put = <T>(path: string, body?: unknown): Promise<T> => call("PUT", path, body);
export const patch = <T>(path: string, body?: unknown): Promise<T> => call("PATCH", path, body);
export const remove = <T>(path: string): Promise<T> => call("DELETE", path);
/** Sends a file's text as it is. */
export const postText = <T>(path: string, text: string, type: string): Promise<T> => call("POST", path, text, type);

/** What a refusal says to a person: what happened and, where the server named them, the fields. */
export function refusalOf(error: unknown): string {
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error);
  const faults = error.faults.map((fault) => `${fault.where}: ${fault.why}`);
  return [error.message, ...faults].join("\n");
}
