import { AgentInput } from "#contract/api/requests.ts";
import { GreenroomError } from "#contract/errors.ts";
import { GATEWAY_AGENT, parseRoomKey } from "#contract/ids.ts";
import { filterOf, ROOT, topicOf } from "#contract/wire.ts";

/** What a key that only reads is for. */
export const panelKinds = AgentInput.shape.reads.unwrap().options;
export type PanelKind = (typeof panelKinds)[number];

/** Whether the gateway lives: without it a sign that is retained would look current for ever. */
const PULSE = `${ROOT}/+/agents/${GATEWAY_AGENT}/state`;

/**
 * The filters that a panel of this kind reads. Door signs can be of certain rooms; home automation finds its rooms by a
 * topic that it looks for as a whole.
 */
export function panelTopics(
  kind: PanelKind,
  { rooms, prefix = "homeassistant" }: { rooms?: readonly string[]; prefix?: string } = {},
): string[] {
  if (kind === "home-assistant") {
    if (rooms !== undefined) throw new GreenroomError("INPUT_INVALID", "home-assistant reads every room");
    return [filterOf("door"), PULSE, `${prefix}/#`];
  }
  if (rooms === undefined) return [filterOf("door"), filterOf("nudge"), PULSE];
  const ofRooms = rooms.flatMap((room) => [topicOf("door", parseRoomKey(room)), topicOf("nudge", parseRoomKey(room))]);
  return [...ofRooms, PULSE];
}
