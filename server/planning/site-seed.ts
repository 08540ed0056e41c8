import type { DemoInput, MaintenanceInput } from "#contract/api/requests.ts";
import type { Role } from "#contract/api/views.ts";
import { RESERVED_ROOM, roomKey } from "#contract/ids.ts";
import type { RoomCard } from "#contract/messages/room.ts";
import type { Store } from "../store/open-store.ts";
import { demoDraft } from "./demo-draft.ts";
import { InputFaults } from "./input-faults.ts";
import { TemplateRules } from "./template-rules.ts";
import { windowDraft } from "./window-draft.ts";

/** A whole site to begin with: the sample building, or a customer's first import. */
export interface SiteSeed {
  site: string;
  rooms: readonly { room: string; card: RoomCard }[];
  demos: readonly (DemoInput & { id: string })[];
  bookings: readonly { room: string; start: string; end: string }[];
  maintenance: readonly MaintenanceInput[];
  people: readonly { name: string; email: string; role: Role }[];
}

const SOURCE = "sample";

/** Writes a site in one transaction; loading the same one again changes what differs. In bookings and elsewhere a room is `site/room`. */
export async function loadSiteSeed(store: Store, seed: SiteSeed): Promise<void> {
  if (seed.rooms.some(({ room }) => room === RESERVED_ROOM))
    throw new InputFaults([{ where: "rooms", why: `no room may be called "${RESERVED_ROOM}"` }]);
  const rooms = new Set(seed.rooms.map(({ room }) => roomKey(seed.site, room)));
  await store.transaction(async (tx) => {
    for (const { room, card } of seed.rooms) await tx.rooms.put(seed.site, room, card);
    const templates = new TemplateRules(await tx.templates.all());
    for (const demo of seed.demos) {
      const draft = {
        ...demoDraft(demo, { source: SOURCE, rooms, templates, says: "source" }),
        id: demo.id,
        uid: demo.id,
      };
      if ((await tx.demos.get(demo.id)) === undefined) await tx.demos.add(draft);
      else await tx.demos.put(demo.id, draft);
    }
    for (const { room, start, end } of seed.bookings) {
      const key = room.includes("/") ? room : roomKey(seed.site, room);
      const [site = "", name = ""] = key.split("/");
      const span = { start_ms: Date.parse(start), end_ms: Date.parse(end) };
      await tx.bookings.put({ site, room: name, ...span, source: SOURCE, uid: `${key}@${start}` });
    }
    for (const window of seed.maintenance) {
      const draft = windowDraft(window, { by: "system", rooms });
      const id = `${SOURCE}-${window.room.replace("/", "-")}-${draft.start_ms}`;
      if ((await tx.maintenance.get(id)) === undefined) await tx.maintenance.add({ ...draft, id });
    }
    for (const person of seed.people) {
      if ((await tx.people.byEmail(person.email)) === undefined) await tx.people.add(person);
    }
  });
}
