import { Button, Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import type { ReactElement } from "react";
import type { AlertView } from "#contract/api/views.ts";
import type { ReplyInput } from "#contract/api/requests.ts";
import { snoozeOptions } from "./snooze-options.ts";

interface SnoozeMenuProps {
  alert: AlertView;
  now: number;
  isBusy: boolean;
  onReply: (id: string, reply: ReplyInput) => void;
}

/** Puts the work off, at the latest until shortly before its act-by. */
export function SnoozeMenu({ alert, now, isBusy, onReply }: SnoozeMenuProps): ReactElement {
  const options = snoozeOptions(now, Date.parse(alert.act_by), alert.demo !== undefined, alert.zone);
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button
          size="compact-sm"
          variant="default"
          data-snooze={alert.id}
          disabled={isBusy}
          rightSection={<IconChevronDown size={14} aria-hidden="true" />}
        >
          Snooze
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {options.length === 0 && <Menu.Label>Too close to its act-by to put off.</Menu.Label>}
        {options.map((option) => (
          <Menu.Item
            key={option.label}
            onClick={() => onReply(alert.id, { reply: "snooze", until: new Date(option.until).toISOString() })}
          >
            {option.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
