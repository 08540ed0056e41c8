import { ActionIcon, Button, Checkbox, Menu, Modal, TextInput } from "@mantine/core";
import { IconPower } from "@tabler/icons-react";
import { type FormEvent, type ReactElement, useState } from "react";
import type { CommandInput } from "#contract/api/commands.ts";
import type { DeviceView } from "#contract/api/views.ts";
import { useCommand, useCommandState } from "../../data/commands.ts";
import { ApiError, refusalOf } from "../../data/http.ts";
import { commandSaid, commandStates, commandWords } from "../../words/command-words.ts";
import form from "../form.module.css";
import { StatusMark } from "../status-mark.tsx";
import styles from "./device-orders.module.css";

interface DeviceOrdersProps {
  room: string;
  device: DeviceView;
}

type Command = CommandInput["command"];
const order: readonly Command[] = ["power_on", "power_off", "select_input", "preflight"];

/** What facilities may have a device do, where the room's card allows it: each asked for once more before it is done. */
export function DeviceOrders({ room, device }: DeviceOrdersProps): ReactElement {
  const [chosen, setChosen] = useState<Command>();
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Control ${device.name}`}>
            <IconPower size={16} aria-hidden="true" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {order.map((command) => (
            <Menu.Item key={command} onClick={() => setChosen(command)}>
              {commandWords[command].word}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Modal
        opened={chosen !== undefined}
        onClose={() => setChosen(undefined)}
        title={chosen === undefined ? "" : `${commandWords[chosen].question} ${device.name}?`}
      >
        {chosen !== undefined && (
          <Confirm key={chosen} room={room} device={device} command={chosen} onClose={() => setChosen(undefined)} />
        )}
      </Modal>
    </>
  );
}

function Confirm({
  room,
  device,
  command,
  onClose,
}: DeviceOrdersProps & { command: Command; onClose: () => void }): ReactElement {
  const give = useCommand(room, device.device);
  const state = useCommandState(room, give.data);
  // One id for all the times that the button is pressed: an answer that was lost does not do it twice.
  const [id] = useState(() => crypto.randomUUID());
  const [input, setInput] = useState("");
  const [isDuring, setDuring] = useState(false);
  const isTaken = give.error instanceof ApiError && give.error.code === "CONFLICT";
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    give.mutate({
      command,
      id,
      ...(command === "select_input" && { input: input.trim() }),
      ...(isDuring && { during_visit: true }),
    });
  };
  const became = give.data === undefined ? undefined : (state.data ?? give.data);
  return (
    <form className={form["form"]} onSubmit={submit}>
      <p>{commandWords[command].means} It is noted who asked for it.</p>
      {command === "select_input" && (
        <TextInput
          label="Input"
          description="As the device calls it; for PJLink 31 is the first digital one."
          required
          pattern="[A-Za-z0-9_ .:\-]{1,64}"
          data-autofocus
          value={input}
          onChange={(event) => setInput(event.currentTarget.value)}
        />
      )}
      {isTaken && (
        <Checkbox
          label="A visit is in the room. Do it all the same."
          checked={isDuring}
          onChange={(event) => setDuring(event.currentTarget.checked)}
        />
      )}
      {give.isError && (
        <p className={form["refused"]} role="alert">
          {refusalOf(give.error)}
        </p>
      )}
      {became !== undefined && (
        <output className={styles["became"]}>
          <StatusMark status={commandStates[became.state].status} word={commandStates[became.state].word} />
          <span>{commandSaid(became)}</span>
        </output>
      )}
      <div className={form["foot"]}>
        <Button variant="default" onClick={onClose}>
          {became === undefined ? "Leave it" : "Close"}
        </Button>
        {became === undefined && (
          <Button type="submit" loading={give.isPending} disabled={isTaken && !isDuring}>
            {commandWords[command].word}
          </Button>
        )}
      </div>
    </form>
  );
}
