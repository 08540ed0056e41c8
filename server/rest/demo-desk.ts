import type { FastifyRequest } from "fastify";
import type { DemoView } from "#contract/api/views.ts";
import { GreenroomError } from "#contract/errors.ts";
import { audienceOf, demoFor } from "../live/audience.ts";
import type { LiveDemo } from "../live/demo-view.ts";
import { actorOf, type Principal } from "../people/principal.ts";
import type { DemoRecord } from "../store/demos.ts";
import type { Context } from "./context.ts";
import { principalOf } from "./routes/session.ts";

/** What the routes about visits share: finding one, whose it is, how it is shown, and the note of who changed it. */
export class DemoDesk {
  readonly #context: Pick<Context, "store" | "planner" | "view">;

  constructor(context: Pick<Context, "store" | "planner" | "view">) {
    this.#context = context;
  }

  /** A visit with what is known of it; `undefined` when its room is not in service. */
  live(record: DemoRecord): LiveDemo | undefined {
    const room = this.#context.planner.plans.get(record.key);
    return room === undefined ? undefined : this.#context.view.demo(record, room);
  }

  shown(record: DemoRecord, principal: Principal): DemoView {
    const demo = this.live(record);
    if (demo === undefined) throw new GreenroomError("NOT_FOUND", `the room of demo ${record.id} is not in service`);
    return demoFor(audienceOf(principal), demo);
  }

  async find(id: string): Promise<DemoRecord> {
    const record = await this.#context.store.demos.get(id);
    if (record === undefined) throw new GreenroomError("NOT_FOUND", `there is no demo ${id}`);
    return record;
  }

  /** Sales may change what is theirs. */
  async findMine(id: string, principal: Principal): Promise<DemoRecord> {
    const record = await this.find(id);
    if (principal.role === "sales" && !this.shown(record, principal).mine)
      throw new GreenroomError("NOT_ALLOWED", "this visit is somebody else's");
    return record;
  }

  /** Notes who changed a visit. */
  audit(
    request: FastifyRequest,
    action: string,
    record: DemoRecord,
    detail: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    return this.#context.store.audit.add({
      actor: actorOf(principalOf(request)),
      action,
      subject: record.id,
      detail: { room: record.key, revision: record.revision, ...detail },
      address: request.ip,
    });
  }
}
