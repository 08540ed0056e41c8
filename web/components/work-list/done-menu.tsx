import { Button, Menu } from "@mantine/core";
import { IconCheck, IconChevronDown } from "@tabler/icons-react";
import type { ReactElement } from "react";
import type { ReplyInput } from "#contract/api/requests.ts";
import type { AlertView } from "#contract/api/views.ts";
import { foundAnswers } from "../../words/found-words.ts";
import styles from "./done-menu.module.css";

interface DoneMenuProps {
  alert: AlertView;
  isBusy: boolean;
  onReply: (id: string, reply: ReplyInput) => void;
}

/** "Done: what was it?", where whoever has taken it finds it without looking for it. */
export function DoneMenu({ alert, isBusy, onReply }: DoneMenuProps): ReactElement {
  return (
    <Menu position="bottom-start" width={280}>
      <Menu.Target>
        <Button
          size="compact-sm"
          variant="default"
          loading={isBusy}
          data-finish={alert.id}
          leftSection={<IconCheck size={14} aria-hidden="true" />}
          rightSection={<IconChevronDown size={14} aria-hidden="true" />}
        >
          Done
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>What was it?</Menu.Label>
        {foundAnswers.map(({ found, word, hint }) => (
          <Menu.Item key={found} onClick={() => onReply(alert.id, { reply: "resolve", found })}>
            {word}
            <span className={styles["hint"]}>{hint}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
