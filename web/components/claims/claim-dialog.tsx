import { Button, Modal, Switch, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type FormEvent, type ReactElement, useState } from "react";
import type { UnclaimedView } from "#contract/api/claims.ts";
import { useClaim } from "../../data/claims.ts";
import { useRoomName } from "../../data/live/use-live.ts";
import { AskFoot } from "../ask-foot.tsx";
import form from "../form.module.css";
import { RoomSelect } from "../room-select.tsx";
import { MeasuredValues } from "./measured-values.tsx";

interface ClaimDialogProps {
  /** The dialog is open while there is one. */
  device: UnclaimedView | undefined;
  onClose: () => void;
}

/** Gives a device to a room: everything is filled in as it probably is, so that one more click does it. */
export function ClaimDialog({ device, onClose }: ClaimDialogProps): ReactElement {
  return (
    <Modal opened={device !== undefined} onClose={onClose} title="Give it a room">
      {device !== undefined && <ClaimForm key={device.device} device={device} onClose={onClose} />}
    </Modal>
  );
}

function ClaimForm({ device, onClose }: { device: UnclaimedView; onClose: () => void }): ReactElement {
  const claim = useClaim();
  const [room, setRoom] = useState(device.suggested.room);
  const [name, setName] = useState(device.suggested.name);
  const [isRoomAir, setRoomAir] = useState(device.suggested.room_air);
  const roomName = useRoomName(room);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (room === undefined) return;
    claim.mutate(
      { via: device.via, device: device.device, room, name: name.trim(), room_air: isRoomAir },
      {
        onSuccess: () => {
          onClose();
          notifications.show({
            title: `${name} is in ${roomName ?? room}`,
            message: "What it measures counts there from now on.",
          });
        },
      },
    );
  };
  return (
    <form className={form["form"]} onSubmit={submit}>
      <MeasuredValues values={device.values} />
      <RoomSelect value={room} onChange={setRoom} field={{ required: true, placeholder: "Which room it is in" }} />
      <TextInput
        label="Name"
        description="What people call it."
        required
        maxLength={128}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Switch
        size="sm"
        label="It measures the room’s air"
        description="Leave it off for a plug, a rack, a fridge: what it measures is shown, and the room is not judged by it."
        checked={isRoomAir}
        onChange={(event) => setRoomAir(event.currentTarget.checked)}
      />
      <AskFoot error={claim.error} leave="Cancel" onLeave={onClose}>
        <Button
          type="submit"
          loading={claim.isPending}
          disabled={room === undefined || name.trim() === ""}
          data-autofocus
        >
          {roomName === undefined ? "Give it the room" : `Give to ${roomName}`}
        </Button>
      </AskFoot>
    </form>
  );
}
