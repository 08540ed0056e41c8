import type { Step } from "./escalation.ts";
import type { Member } from "./finding.ts";
import type { Incident } from "./incident.ts";
import type { Contact } from "./notifier.ts";

/** One message on its way to one contact: a step of one incident. */
export interface Outgoing {
  incident: Incident;
  step: Step;
  contact: Contact;
  first: Member | undefined;
}
