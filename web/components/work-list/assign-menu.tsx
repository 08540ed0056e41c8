import { Button, Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { type ReactElement, useState } from "react";
import type { AlertView } from "#contract/api/views.ts";
import type { ReplyInput } from "#contract/api/requests.ts";
import { usePeople } from "../../data/people.ts";

interface AssignMenuProps {
  alert: AlertView;
  isBusy: boolean;
  onReply: (id: string, reply: ReplyInput) => void;
}

/** Gives the work to somebody; the list of people is fetched when it is first opened. */
export function AssignMenu({ alert, isBusy, onReply }: AssignMenuProps): ReactElement {
  const [isOpened, setOpened] = useState(false);
  const people = usePeople(isOpened);
  const staff = (people.data ?? []).filter(
    (person) => !person.disabled && (person.role === "facilities" || person.role === "admin"),
  );
  return (
    <Menu opened={isOpened} onChange={setOpened} position="bottom-start">
      <Menu.Target>
        <Button
          size="compact-sm"
          variant="default"
          disabled={isBusy}
          rightSection={<IconChevronDown size={14} aria-hidden="true" />}
        >
          Assign
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {people.isPending && <Menu.Label>Looking up who is there…</Menu.Label>}
        {people.isError && <Menu.Label>The list of people could not be loaded.</Menu.Label>}
        {people.isSuccess && staff.length === 0 && <Menu.Label>Nobody of facilities has an account yet.</Menu.Label>}
        {staff.map((person) => (
          <Menu.Item key={person.id} onClick={() => onReply(alert.id, { reply: "assign", assignee: person.name })}>
            {person.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
