import { Button, CopyButton, MultiSelect, TextInput } from "@mantine/core";
import { type FormEvent, type ReactElement, useState } from "react";
import type { Invite } from "#contract/api/enrolment.ts";
import { type AgentKey, useAddAgent, useInviteAgent } from "../../data/agents.ts";
import { refusalOf } from "../../data/http.ts";
import { useRooms } from "../../data/live/use-live.ts";
import { readerZone } from "../../data/reader-zone.ts";
import { clockTime } from "../../words/time-words.ts";
import form from "../form.module.css";
import styles from "./add-agent.module.css";
import { floorInside } from "../../words/floor-words.ts";

/** Names an agent and its rooms, then shows its key or a code to enrol with: once, because only a hash of it is kept. */
export function AddAgent({ onDone }: { onDone: () => void }): ReactElement {
  const add = useAddAgent();
  const invite = useInviteAgent();
  if (add.data !== undefined) return <ShowKey created={add.data} onDone={onDone} />;
  if (invite.data !== undefined) return <ShowCode invite={invite.data} onDone={onDone} />;
  const failed = [invite, add].find((change) => change.isError);
  return (
    <AgentForm
      isBusy={add.isPending || invite.isPending}
      refusal={failed === undefined ? undefined : refusalOf(failed.error)}
      onCancel={onDone}
      onInvite={(agent, rooms) => invite.mutate({ agent, rooms })}
      onSubmit={(agent, rooms) => add.mutate({ agent, rooms })}
    />
  );
}

interface AgentFormProps {
  isBusy: boolean;
  refusal: string | undefined;
  onCancel: () => void;
  onInvite: (agent: string, rooms: string[]) => void;
  onSubmit: (agent: string, rooms: string[]) => void;
}

function AgentForm({ isBusy, refusal, onCancel, onInvite, onSubmit }: AgentFormProps): ReactElement {
  const rooms = useRooms();
  const [agent, setAgent] = useState("");
  const [chosen, setChosen] = useState<string[]>([]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onSubmit(agent, chosen);
  };
  return (
    <form className={form["form"]} onSubmit={submit}>
      <TextInput
        label="Name"
        description="Small letters, digits and dashes; the machine it runs on is a good name."
        placeholder="pi-12f"
        required
        pattern="[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?"
        data-autofocus
        value={agent}
        onChange={(event) => setAgent(event.currentTarget.value)}
      />
      <MultiSelect
        label="Rooms"
        description="It may speak for these rooms and no others."
        placeholder={chosen.length === 0 ? "Which rooms" : ""}
        searchable
        required
        maxDropdownHeight={240}
        nothingFoundMessage="No room is called that"
        value={chosen}
        onChange={setChosen}
        data={rooms.map((room) => ({ value: room.key, label: `${room.name}, ${floorInside(room.floor)}` }))}
      />
      {refusal !== undefined && (
        <p className={form["refused"]} role="alert">
          {refusal}
        </p>
      )}
      <div className={form["foot"]}>
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Button
          variant="default"
          loading={isBusy}
          disabled={agent === "" || chosen.length === 0}
          onClick={() => onInvite(agent, chosen)}
        >
          Make a one-time code
        </Button>
        <Button type="submit" loading={isBusy} disabled={agent === "" || chosen.length === 0}>
          Make its key
        </Button>
      </div>
    </form>
  );
}

function ShowCode({ invite, onDone }: { invite: Invite; onDone: () => void }): ReactElement {
  const command = `greenroom edge enrol --server ${location.origin} --data-dir FOLDER --code ${invite.code}`;
  return (
    <div className={form["form"]}>
      <p>
        With this code <strong>{invite.agent}</strong> gets a key of its own, which never leaves its machine. It is good
        once, until {clockTime(Date.parse(invite.expires_at), readerZone())}, and is shown only now. On that machine:
      </p>
      <code className={styles["key"]} data-testid="agent-code">
        {command}
      </code>
      <div className={form["foot"]}>
        <CopyButton value={command}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? "Copied" : "Copy the command"}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onDone}>I have it</Button>
      </div>
    </div>
  );
}

function ShowKey({ created, onDone }: { created: AgentKey; onDone: () => void }): ReactElement {
  return (
    <div className={form["form"]}>
      <p>
        This is the key of <strong>{created.agent}</strong>. It is shown only now: put it into the agent’s configuration
        before you close this.
      </p>
      <code className={styles["key"]} data-testid="agent-key">
        {created.key}
      </code>
      <div className={form["foot"]}>
        <CopyButton value={created.key}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? "Copied" : "Copy the key"}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onDone}>I have it</Button>
      </div>
    </div>
  );
}
