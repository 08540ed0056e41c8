import { ActionIcon, Button, Menu, Modal } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDots } from "@tabler/icons-react";
import { type ReactElement, useState } from "react";
import type { DeviceView } from "#contract/api/views.ts";
import { useMoveDevice, useReleaseDevice } from "../../data/claims.ts";
import { useRoomName } from "../../data/live/use-live.ts";
import { AskFoot } from "../ask-foot.tsx";
import form from "../form.module.css";
import { RoomSelect } from "../room-select.tsx";

interface DeviceMenuProps {
  room: string;
  device: DeviceView;
}

/** What can be done with a device that has a room: move it, or take it off. */
export function DeviceMenu({ room, device }: DeviceMenuProps): ReactElement {
  const [isMoving, setMoving] = useState(false);
  const [isReleasing, setReleasing] = useState(false);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Change ${device.name}`}>
            <IconDots size={16} aria-hidden="true" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setMoving(true)}>Move to another room</Menu.Item>
          <Menu.Item onClick={() => setReleasing(true)}>Take it off the room</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={isMoving} onClose={() => setMoving(false)} title={`Move ${device.name}`}>
        <Move room={room} device={device} onClose={() => setMoving(false)} />
      </Modal>
      <Modal opened={isReleasing} onClose={() => setReleasing(false)} title={`Take ${device.name} off the room?`}>
        <Release room={room} device={device} onClose={() => setReleasing(false)} />
      </Modal>
    </>
  );
}

function Move({ room, device, onClose }: DeviceMenuProps & { onClose: () => void }): ReactElement {
  const move = useMoveDevice();
  const [to, setTo] = useState<string>();
  const name = useRoomName(to);
  const submit = (): void => {
    if (to === undefined) return;
    const onSuccess = (): void => {
      onClose();
      notifications.show({ title: `${device.name} is in ${name ?? to}`, message: "It counts there from now on." });
    };
    move.mutate({ room, device: device.device, to }, { onSuccess });
  };
  return (
    <div className={form["form"]}>
      <p>What it measured until now stays with this room; from now on it counts for the other.</p>
      <RoomSelect value={to} onChange={setTo} label="To" field={{ placeholder: "Which room it is in now" }} />
      <AskFoot error={move.error} leave="Leave it" onLeave={onClose}>
        <Button loading={move.isPending} disabled={to === undefined || to === room} onClick={submit}>
          {name === undefined ? "Move it" : `Move to ${name}`}
        </Button>
      </AskFoot>
    </div>
  );
}

function Release({ room, device, onClose }: DeviceMenuProps & { onClose: () => void }): ReactElement {
  const release = useReleaseDevice();
  return (
    <div className={form["form"]}>
      <p>
        The room is no longer judged by it. What it measured stays in the room’s history; when it speaks again it waits
        under “Devices without a room”.
      </p>
      <AskFoot error={release.error} leave="Keep it" onLeave={onClose}>
        <Button
          color="red"
          loading={release.isPending}
          onClick={() => release.mutate({ room, device: device.device }, { onSuccess: onClose })}
        >
          Take it off
        </Button>
      </AskFoot>
    </div>
  );
}
