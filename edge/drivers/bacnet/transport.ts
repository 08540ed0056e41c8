import { createSocket, type Socket } from "node:dgram";
import { EventEmitter } from "node:events";
import { DEFAULT_BACNET_PORT } from "@bacnet-js/client";

export interface TransportOptions {
  /** 0: any. */
  localPort: number;
  /** Where a question without a receiver goes. */
  broadcast: { address: string; port: number } | undefined;
  /** Whether what comes from there is looked at. */
  hears: (address: string, port: number) => boolean;
  /** Told of bytes that the library could not bear. */
  onGarbage: () => void;
}

const PACKET_MOST = 1_476;

/** UDP as the library wants it, from which no packet makes it throw where nobody would catch it. */
export class GuardedTransport extends EventEmitter {
  readonly #options: TransportOptions;
  readonly #socket: Socket;
  #isClosed = false;

  constructor(options: TransportOptions) {
    super();
    this.#options = options;
    this.#socket = createSocket({ type: "udp4", reuseAddr: true });
    this.#socket.on("message", (bytes, { address, port }) => this.#take(bytes, address, port));
    this.#socket.on("listening", () => {
      this.#socket.setBroadcast(true);
      this.emit("listening");
    });
    this.#socket.on("error", (error) => this.emit("error", error));
  }

  getBroadcastAddress(): string {
    return this.#options.broadcast?.address ?? "255.255.255.255";
  }

  getMaxPayload(): number {
    return PACKET_MOST;
  }

  open(): void {
    this.#socket.bind(this.#options.localPort);
  }

  send(buffer: Uint8Array, length: number, receiver: string | undefined): void {
    if (this.#isClosed) return;
    const { broadcast } = this.#options;
    const [address, port] = receiver?.split(":") ?? [broadcast?.address, String(broadcast?.port)];
    if (address === undefined) return;
    this.#socket.send(buffer, 0, length, Number(port ?? DEFAULT_BACNET_PORT), address, (error) => {
      if (error !== null && !this.#isClosed) this.emit("error", error);
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close();
  }

  #take(bytes: Buffer, address: string, port: number): void {
    if (this.#isClosed || !this.#options.hears(address, port)) return;
    try {
      this.emit("message", bytes, port === DEFAULT_BACNET_PORT ? address : `${address}:${port}`);
    } catch {
      this.#options.onGarbage();
    }
  }
}
