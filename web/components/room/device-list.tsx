import type { ReactElement, ReactNode } from "react";
import type { DeviceView, RoomDetail } from "#contract/api/views.ts";
import type { Evidence } from "#contract/messages/readiness.ts";
import { deviceWords, everyWords } from "../../words/device-words.ts";
import { freshnessOf } from "../../words/freshness.ts";
import { metricLabel, metricValue, saysItself } from "../../words/metric-words.ts";
import { lastSeenWords, sinceWords } from "../../words/time-words.ts";
import { DeviceMenu } from "../claims/device-menu.tsx";
import { FreshnessBar } from "../freshness-bar.tsx";
import { statusColours } from "../status-colours.ts";
import { DeviceOrders } from "./device-orders.tsx";
import styles from "./device-list.module.css";

const kindWords: Readonly<Record<Evidence["kind"], string>> = {
  known: "",
  stale: "reports have stopped",
  unreachable: "cannot be reached",
  unknown: "not known",
  rejected: "not believed",
};

interface DeviceListProps {
  room: RoomDetail;
  now: number;
  /** Whether the reader may move devices and take them off the room. */
  isEditable?: boolean;
}

/** The gear of a room: whether it is there, when it was last heard, and what it said. */
export function DeviceList({ room, now, isEditable = false }: DeviceListProps): ReactElement {
  return (
    <ul className={styles["devices"]}>
      {room.devices.map((device) => (
        <Device
          key={device.device}
          device={device}
          evidence={room.evidence.filter((one) => one.device === device.device)}
          now={now}
          zone={room.zone}
          change={isEditable ? <Changes room={room} device={device} /> : undefined}
        />
      ))}
    </ul>
  );
}

/** What facilities can do: have it do something, where the card allows that, and change where it belongs. */
function Changes({ room, device }: { room: RoomDetail; device: DeviceView }): ReactElement {
  const mayControl = room.card.devices.some((one) => one.device === device.device && one.control === true);
  return (
    <>
      {mayControl && <DeviceOrders room={room.key} device={device} />}
      <DeviceMenu room={room.key} device={device} />
    </>
  );
}

interface DeviceProps {
  device: DeviceView;
  evidence: readonly Evidence[];
  now: number;
  zone: string;
  change: ReactNode;
}

function Device({ device, evidence, now, zone, change }: DeviceProps): ReactElement {
  const { word, tone } = deviceWords[device.state];
  const fastest = Math.min(...evidence.map((one) => one.interval_s));
  const seen = device.last_seen === undefined ? undefined : Date.parse(device.last_seen);
  const make = [device.model, device.firmware].filter((part) => part !== undefined).join(" · ");
  return (
    <li className={styles["device"]}>
      <span className={styles["name"]}>{device.name}</span>
      <span className={styles["end"]}>
        <span className={styles["state"]} style={statusColours(tone)} data-state={device.state}>
          <span className={styles["dot"]} />
          {word}
        </span>
        {change}
      </span>
      <span className={styles["meta"]}>
        {make === "" ? device.kind : make}
        {Number.isFinite(fastest) && `, reports ${everyWords(fastest)}`}
      </span>
      <span className={styles["seen"]}>
        {seen !== undefined && Number.isFinite(fastest) && device.state !== "sleeping" ? (
          <FreshnessBar freshness={freshnessOf(now - seen, fastest)} at={device.last_seen} now={now} zone={zone} />
        ) : (
          <span className={styles["meta"]}>{lastSeenWords(seen, now, zone)}</span>
        )}
      </span>
      {device.error !== undefined && <p className={styles["error"]}>{device.error}</p>}
      <Values evidence={evidence} now={now} zone={zone} />
    </li>
  );
}

/** What it said; a device's own report of its health is a matter of one word as long as all is well. */
function Values({ evidence, now, zone }: Omit<DeviceProps, "device" | "change">): ReactElement | null {
  const isFine = (one: Evidence): boolean =>
    one.metric.endsWith("_health") && one.value === "ok" && one.kind === "known";
  const shown = evidence.filter((one) => one.value !== undefined && !isFine(one));
  const hasHealth = evidence.some(isFine);
  if (shown.length === 0 && !hasHealth) return null;
  return (
    <p className={styles["values"]}>
      {shown.map((one) => (
        <Value key={one.metric} evidence={one} now={now} zone={zone} />
      ))}
      {hasHealth && (
        <span>{shown.some((one) => one.metric.endsWith("_health")) ? "other parts ok" : "reports no fault"}</span>
      )}
    </p>
  );
}

function Value({ evidence, now, zone }: { evidence: Evidence; now: number; zone: string }): ReactElement | null {
  const { metric, value, kind } = evidence;
  if (value === undefined) return null;
  const why = kindWords[kind];
  const title = why === "" ? undefined : `${why} ${sinceWords(Date.parse(evidence.since), now, zone)}`;
  return (
    <span title={title}>
      {!saysItself(metric) && `${metricLabel(metric)} `}
      <span className={styles["value"]} data-kind={kind}>
        {metricValue(metric, value)}
      </span>
      {why !== "" && <span className="visually-hidden"> ({why})</span>}
    </span>
  );
}
