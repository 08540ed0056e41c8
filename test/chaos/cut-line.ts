import { connect, createServer, type Server, type Socket } from "node:net";

/** A stretch of network that can be cut: what is on its way is lost, and nothing new gets through until it is mended. */
export class CutLine {
  readonly #server: Server;
  readonly #ends = new Set<Socket>();
  readonly #to: () => number;
  #isCut = false;
  cuts = 0;

  private constructor(to: () => number) {
    this.#to = to;
    this.#server = createServer((near) => this.#join(near));
  }

  static async start(to: () => number): Promise<CutLine> {
    const line = new CutLine(to);
    await new Promise<void>((resolve) => line.#server.listen(0, "127.0.0.1", resolve));
    return line;
  }

  get url(): string {
    const address = this.#server.address();
    return `mqtt://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`;
  }

  cut(): void {
    this.#isCut = true;
    this.cuts += 1;
    for (const end of this.#ends) end.destroy();
  }

  mend(): void {
    this.#isCut = false;
  }

  stop(): void {
    this.cut();
    this.#server.close();
  }

  #join(near: Socket): void {
    near.on("error", () => {});
    if (this.#isCut) return void near.destroy();
    const far = connect(this.#to(), "127.0.0.1");
    far.on("error", () => {});
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#ends.add(from);
      from.pipe(to);
      from.once("close", () => {
        this.#ends.delete(from);
        to.destroy();
      });
    }
  }
}
