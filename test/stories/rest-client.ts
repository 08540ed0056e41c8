import type { RejectedView } from "#contract/api/requests.ts";
import type { AlertView, DemoView, RoomDetail, RoomView, SystemView } from "#contract/api/views.ts";
import type { z } from "zod";
import type { HistoryAnswer, Problem } from "#contract/api/requests.ts";

export interface Answer<T> {
  status: number;
  body: T;
}

/** REST as a program with a token speaks it. */
export class RestClient {
  readonly token: string;
  readonly #url: () => string;

  constructor(url: () => string, token: string) {
    this.#url = url;
    this.token = token;
  }

  /** Whatever it answers. */
  async call<T = Problem>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    const isRaw = typeof body === "string";
    const response = await fetch(`${this.#url()}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { "content-type": isRaw ? "text/calendar" : "application/json" }),
      },
      ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === "" ? undefined : JSON.parse(text)) as T };
  }

  /** What it answers when all is well; rejects with its problem otherwise. */
  async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.call<T>(method, path, body);
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  rooms(): Promise<RoomView[]> {
    return this.ask("GET", "/rooms");
  }
  room(key: string): Promise<RoomDetail> {
    return this.ask("GET", `/rooms/${key}`);
  }
  demo(id: string): Promise<DemoView> {
    return this.ask("GET", `/demos/${id}`);
  }
  alerts(): Promise<AlertView[]> {
    return this.ask("GET", "/alerts");
  }
  alert(id: string): Promise<AlertView> {
    return this.ask("GET", `/alerts/${id}`);
  }
  system(): Promise<SystemView> {
    return this.ask("GET", "/system");
  }
  /** Newest first. */
  rejected(): Promise<RejectedView[]> {
    return this.ask("GET", "/rejected?limit=1000");
  }
  async history(room: string, query: Record<string, string>): Promise<z.infer<typeof HistoryAnswer>["series"]> {
    const answer = await this.ask<z.infer<typeof HistoryAnswer>>(
      "GET",
      `/rooms/${room}/history?${new URLSearchParams(query).toString()}`,
    );
    return answer.series;
  }
}
