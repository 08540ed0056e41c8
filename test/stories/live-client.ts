import { WebSocket } from "ws";
import { LiveMessage } from "#contract/api/live.ts";
import type { AlertView, DemoView, RoomView } from "#contract/api/views.ts";

/** The live feed as a screen keeps it: the snapshot with every delta applied. */
export class LiveClient {
  readonly rooms = new Map<string, RoomView>();
  readonly demos = new Map<string, DemoView>();
  readonly alerts = new Map<string, AlertView>();
  readonly messages: LiveMessage[] = [];
  readonly #socket: WebSocket;

  constructor(url: string, token: string) {
    this.#socket = new WebSocket(`${url.replace(/^http/, "ws")}/api/v1/live`, {
      headers: { authorization: `Bearer ${token}` },
    });
    this.#socket.on("error", () => {});
    this.#socket.on("message", (data: Buffer) => this.#take(LiveMessage.parse(JSON.parse(data.toString()))));
  }

  stop(): void {
    this.#socket.terminate();
  }

  #take(message: LiveMessage): void {
    this.messages.push(message);
    if (message.type !== "snapshot" && message.type !== "delta") return;
    for (const room of message.rooms ?? []) this.rooms.set(room.key, room);
    for (const demo of message.demos ?? []) this.demos.set(demo.id, demo);
    for (const alert of message.alerts ?? []) this.alerts.set(alert.id, alert);
    const gone = message.type === "delta" ? message.gone : undefined;
    for (const key of gone?.rooms ?? []) this.rooms.delete(key);
    for (const id of gone?.demos ?? []) this.demos.delete(id);
    for (const id of gone?.alerts ?? []) this.alerts.delete(id);
  }
}
