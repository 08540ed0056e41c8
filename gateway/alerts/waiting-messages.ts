import { alertOf, type Incident } from "./incident.ts";
import type { Outgoing } from "./outgoing.ts";

/** A message that the contact's budget has no room for now. */
interface Waiting {
  key: string;
  message: Outgoing;
}

type ByContact = Map<string, Map<string, Outgoing>>;

/**
 * What waits for room in a contact's budget: news, of which what is worth most goes first and what is of the same floor goes along
 * with it; and word that something is over, all of which goes along with whatever goes next.
 */
export class WaitingMessages {
  readonly #byContact: ByContact = new Map();
  readonly #overByContact: ByContact = new Map();

  add(key: string, message: Outgoing): void {
    const byContact = message.step === "resolved" ? this.#overByContact : this.#byContact;
    const waiting = byContact.get(message.contact.id);
    if (waiting === undefined) byContact.set(message.contact.id, new Map([[key, message]]));
    else waiting.set(key, message);
  }

  /** Whatever waits for an incident is about to be looked at again. */
  clear(incident: Incident): void {
    for (const byContact of [this.#byContact, this.#overByContact]) {
      for (const waiting of byContact.values())
        for (const [key, message] of waiting) if (message.incident === incident) waiting.delete(key);
    }
  }

  /** How many messages for a contact are of more use than this one. */
  ahead(contact: string, incident: Incident): number {
    let ahead = 0;
    for (const { incident: other } of this.#byContact.get(contact)?.values() ?? [])
      if (isAhead(other, incident)) ahead += 1;
    return ahead;
  }

  /** Takes what can go along with a message: of the same contact and floor. */
  takeAlong({ contact, incident, first }: Outgoing): Waiting[] {
    const along: Waiting[] = [];
    const waiting: Map<string, Outgoing> = this.#byContact.get(contact.id) ?? new Map();
    for (const [key, message] of waiting) {
      if (message.incident === incident || first === undefined || message.first?.floor !== first.floor) continue;
      if (message.first.roomKey.split("/", 1)[0] !== first.roomKey.split("/", 1)[0]) continue;
      waiting.delete(key);
      along.push({ key, message });
    }
    return along.toSorted((a, b) => (isAhead(a.message.incident, b.message.incident) ? -1 : 1));
  }

  /** Takes what is over and waits to be told to a contact, whichever floor it is of. */
  takeOver(contact: string): Waiting[] {
    const over = [...(this.#overByContact.get(contact) ?? [])].map(([key, message]) => ({ key, message }));
    this.#overByContact.delete(contact);
    return over;
  }

  /** How many alerts a contact is not told of for now. */
  cut(contact: string): number {
    return new Set([...(this.#byContact.get(contact)?.values() ?? [])].map(({ incident }) => incident)).size;
  }
}

/** By risk times the chance that calling still helps; then by what is due first. */
function isAhead(one: Incident, other: Incident): boolean {
  const [a, b] = [alertOf(one), alertOf(other)];
  const gain = (a.benefit ?? 0) - (b.benefit ?? 0);
  if (gain !== 0) return gain > 0;
  return a.act_by < b.act_by || (a.act_by === b.act_by && one.key < other.key);
}
