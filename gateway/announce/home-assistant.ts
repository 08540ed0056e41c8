import type { RoomCard } from "#contract/messages/room.ts";
import { topicOf } from "#contract/wire.ts";

const OUTCOMES = ["ready", "degraded", "not_ready", "unknown"];
const STATUSES = [...OUTCOMES, "at_risk", "too_late", "maintenance"];

interface Component {
  p: "sensor" | "binary_sensor";
  name: string;
  value_template: string;
  [option: string]: unknown;
}

/**
 * A room as Home Assistant's MQTT discovery takes it: one device with its sensors, all read from the room's door sign.
 * https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload
 */
export function discoveryOf(
  { site, room }: { site: string; room: string },
  card: RoomCard,
  prefix: string,
): { topic: string; payload: string } {
  const id = discoveryId(site, room);
  const components: Record<string, Component> = {
    readiness: {
      p: "sensor",
      name: "Readiness",
      device_class: "enum",
      options: OUTCOMES,
      value_template: "{{ value_json.outcome }}",
      json_attributes_topic: topicOf("door", { site, room }),
    },
    score: { p: "sensor", name: "Score", state_class: "measurement", value_template: "{{ value_json.score }}" },
    reason: { p: "sensor", name: "Reason", value_template: "{{ value_json.sentence[:255] }}" },
    next_visit: {
      p: "sensor",
      name: "Next visit",
      device_class: "timestamp",
      value_template: "{{ value_json.next_start | default(None) }}",
    },
    next_status: {
      p: "sensor",
      name: "Next visit's status",
      device_class: "enum",
      options: STATUSES,
      value_template: "{{ value_json.next_status | default(None) }}",
    },
    next_chance: {
      p: "sensor",
      name: "Next visit's chance",
      unit_of_measurement: "%",
      value_template:
        "{{ (value_json.next_p_ready * 100) | round(0) if value_json.next_p_ready is defined else None }}",
    },
    act_by: {
      p: "sensor",
      name: "Act by",
      device_class: "timestamp",
      value_template: "{{ value_json.next_act_by | default(None) }}",
    },
    alerts: { p: "sensor", name: "Open alerts", state_class: "measurement", value_template: "{{ value_json.alerts }}" },
    problem: {
      p: "binary_sensor",
      name: "Problem",
      device_class: "problem",
      value_template: "{{ 'ON' if value_json.alerts > 0 or value_json.outcome == 'not_ready' else 'OFF' }}",
    },
  };
  const payload = {
    dev: { ids: [id], name: card.name, sa: `${site}, ${card.floor}`, mf: "Greenroom", mdl: "Meeting room" },
    o: { name: "Greenroom" },
    state_topic: topicOf("door", { site, room }),
    // Without a gateway nothing is known, which is not the same as fine.
    availability: [
      {
        topic: topicOf("agentState", { site, agent: "gateway" }),
        value_template: "{{ value_json.state }}",
        payload_available: "online",
        payload_not_available: "offline",
      },
    ],
    qos: 1,
    cmps: Object.fromEntries(
      Object.entries(components).map(([name, component]) => [name, { ...component, unique_id: `${id}_${name}` }]),
    ),
  };
  return { topic: discoveryTopic({ site, room }, prefix), payload: JSON.stringify(payload) };
}

export const discoveryTopic = ({ site, room }: { site: string; room: string }, prefix: string): string =>
  `${prefix}/device/${discoveryId(site, room)}/config`;

/** Slugs have no underscore, so that two rooms never share an id. */
const discoveryId = (site: string, room: string): string => `greenroom_${site}_${room}`;
