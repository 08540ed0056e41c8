import { Button, Modal } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconAntenna } from "@tabler/icons-react";
import { type ReactElement, useState } from "react";
import type { AgentView } from "#contract/api/requests.ts";
import { useAgents, useRevokeAgent } from "../../data/agents.ts";
import { refusalOf } from "../../data/http.ts";
import { useRoomName } from "../../data/live/use-live.ts";
import { useNow } from "../../data/now.ts";
import { readerZone } from "../../data/reader-zone.ts";
import { agentWords } from "../../words/agent-words.ts";
import { Blank } from "../blank.tsx";
import table from "../data-table.module.css";
import form from "../form.module.css";
import { QueryPanel } from "../query-panel.tsx";
import { StatusMark } from "../status-mark.tsx";
import { AddAgent } from "./add-agent.tsx";

/** The edge programs: who is there, what they still have to send, and keys for new ones. */
export function AgentsPanel(): ReactElement {
  const agents = useAgents();
  const [isAdding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState<string>();
  return (
    <>
      <QueryPanel
        title="Agents"
        what="Agents"
        query={agents}
        aside={<Button onClick={() => setAdding(true)}>Add an agent</Button>}
        empty={
          <Blank compact icon={<IconAntenna size={20} />} title="No agent yet">
            An agent is the program beside the gear. Add one here, give its key to that machine, and its rooms come
            alive.
          </Blank>
        }
      >
        {(items) => <AgentsTable agents={items} onRevoke={setRevoking} />}
      </QueryPanel>
      <Modal opened={isAdding} onClose={() => setAdding(false)} title="Add an agent">
        <AddAgent onDone={() => setAdding(false)} />
      </Modal>
      <Revoke agent={revoking} onClose={() => setRevoking(undefined)} />
    </>
  );
}

function AgentsTable({
  agents,
  onRevoke,
}: {
  agents: readonly AgentView[];
  onRevoke: (agent: string) => void;
}): ReactElement {
  const now = useNow(30_000);
  return (
    <table className={table["table"]}>
      <thead>
        <tr>
          <th scope="col">Agent</th>
          <th scope="col">State</th>
          <th scope="col">Rooms</th>
          <th scope="col" className={table["figure"]}>
            Devices
          </th>
          <th scope="col" className={table["figure"]}>
            Waiting
          </th>
          <th scope="col" className={table["figure"]}>
            Lost
          </th>
          <th scope="col">
            <span className="visually-hidden">Change</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {agents.map((agent) => (
          <AgentRow key={agent.agent} agent={agent} now={now} onRevoke={onRevoke} />
        ))}
      </tbody>
    </table>
  );
}

function AgentRow({
  agent,
  now,
  onRevoke,
}: {
  agent: AgentView;
  now: number;
  onRevoke: (agent: string) => void;
}): ReactElement {
  const { word, status, detail, signIn, hasCounts } = agentWords(agent, now, readerZone());
  return (
    <tr>
      <td className={table["strong"]}>{agent.agent}</td>
      <td data-label="State">
        <div>
          <StatusMark status={status} word={word} />
          {detail !== undefined && <div className={table["small"]}>{detail}</div>}
          <div className={table["small"]}>{signIn}</div>
        </div>
      </td>
      <td className={table["muted"]} data-label="Rooms" title={agent.rooms.join("\n")}>
        {agent.role === "panel" ? "reads only" : <Rooms keys={agent.rooms} />}
      </td>
      <td className={table["figure"]} data-label="Devices" {...none(hasCounts)}>
        {hasCounts ? agent.devices : "–"}
      </td>
      <td className={table["figure"]} data-label="Waiting" {...none(agent.waiting !== undefined)}>
        {agent.waiting ?? "–"}
      </td>
      <td className={table["figure"]} data-label="Lost" {...none(agent.dropped !== undefined)}>
        {agent.dropped ?? "–"}
      </td>
      <td className={table["figure"]} data-actions>
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          aria-label={`Revoke the key of ${agent.agent}`}
          onClick={() => onRevoke(agent.agent)}
        >
          Revoke
        </Button>
      </td>
    </tr>
  );
}

/** A card on a phone leaves out what there is not. */
const none = (isThere: boolean): { "data-none"?: "" } => (isThere ? {} : { "data-none": "" });

function Rooms({ keys }: { keys: readonly string[] }): ReactElement {
  const name = useRoomName(keys[0]);
  if (keys.length === 0) return <>vendor gear</>;
  return <>{keys.length === 1 ? (name ?? keys[0]) : `${keys.length} rooms`}</>;
}

function Revoke({ agent, onClose }: { agent: string | undefined; onClose: () => void }): ReactElement {
  const revoke = useRevokeAgent();
  return (
    <Modal opened={agent !== undefined} onClose={onClose} title={`Revoke the key of ${agent ?? ""}?`}>
      <div className={form["form"]}>
        <p>It is cut off at once and cannot sign in again. Readings that it has not sent yet stay in its outbox.</p>
        <div className={form["foot"]}>
          <Button variant="default" onClick={onClose}>
            Keep it
          </Button>
          <Button
            color="red"
            loading={revoke.isPending}
            onClick={() => {
              if (agent === undefined) return;
              revoke.mutate(agent, {
                onSuccess: onClose,
                onError: (error) =>
                  notifications.show({ color: "red", title: "Not revoked", message: refusalOf(error) }),
              });
            }}
          >
            Revoke
          </Button>
        </div>
      </div>
    </Modal>
  );
}
