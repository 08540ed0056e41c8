import { Button } from "@mantine/core";
import { IconPlugConnected } from "@tabler/icons-react";
import { type ReactElement, useState } from "react";
import type { UnclaimedView } from "#contract/api/claims.ts";
import { useUnclaimed, useUnlisted } from "../../data/claims.ts";
import { useRoomName } from "../../data/live/use-live.ts";
import { useNow } from "../../data/now.ts";
import { readerZone } from "../../data/reader-zone.ts";
import { lastSeenWords, sinceWords } from "../../words/time-words.ts";
import { Blank } from "../blank.tsx";
import { QueryPanel } from "../query-panel.tsx";
import { ClaimDialog } from "./claim-dialog.tsx";
import { MeasuredValues } from "./measured-values.tsx";
import styles from "./unclaimed-panel.module.css";

/** Devices that publish and belong to no room: what they measure, and a button that gives them to one. */
export function UnclaimedPanel(): ReactElement {
  const unclaimed = useUnclaimed();
  const more = useUnlisted();
  const [claiming, setClaiming] = useState<UnclaimedView>();
  return (
    <>
      <QueryPanel
        title="Devices without a room"
        what="Devices without a room"
        query={unclaimed}
        empty={
          <Blank compact icon={<IconPlugConnected size={20} />} title="Every device that speaks has a room">
            A new sensor appears here as soon as it publishes for the first time.
          </Blank>
        }
      >
        {(devices) => <UnclaimedList devices={devices} more={more} onClaim={setClaiming} />}
      </QueryPanel>
      <ClaimDialog device={claiming} onClose={() => setClaiming(undefined)} />
    </>
  );
}

interface UnclaimedListProps {
  devices: readonly UnclaimedView[];
  more: number;
  onClaim: (device: UnclaimedView) => void;
}

export function UnclaimedList({ devices, more, onClaim }: UnclaimedListProps): ReactElement {
  const now = useNow(10_000);
  return (
    <>
      <ul className={styles["devices"]}>
        {devices.map((device) => (
          <Unclaimed
            key={`${device.site} ${device.via} ${device.device}`}
            device={device}
            now={now}
            onClaim={onClaim}
          />
        ))}
      </ul>
      {more > 0 && <p className={styles["more"]}>{more} more are heard and not listed: give these a room first.</p>}
    </>
  );
}

interface UnclaimedProps {
  device: UnclaimedView;
  now: number;
  onClaim: (device: UnclaimedView) => void;
}

function Unclaimed({ device, now, onClaim }: UnclaimedProps): ReactElement {
  const room = useRoomName(device.suggested.room);
  const zone = readerZone();
  return (
    <li className={styles["device"]}>
      <div className={styles["name"]}>{device.label ?? device.device}</div>
      <div className={styles["meta"]}>
        {device.label !== undefined && `${device.device}, `}
        {device.title}, heard {sinceWords(Date.parse(device.since), now, zone)}
        {device.last_at !== device.since && `, last ${lastSeenWords(Date.parse(device.last_at), now, zone)}`}
      </div>
      <MeasuredValues values={device.values} />
      {device.doubt !== undefined && <p className={styles["doubt"]}>Not certain: {device.doubt}</p>}
      <div className={styles["action"]}>
        <Button
          variant={room === undefined ? "default" : "filled"}
          aria-label={`${room === undefined ? "Choose a room" : `Give to ${room}`}: ${device.device}`}
          onClick={() => onClaim(device)}
        >
          {room === undefined ? "Choose a room" : `Give to ${room}`}
        </Button>
      </div>
    </li>
  );
}
