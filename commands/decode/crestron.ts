import type { Parsed } from "#contract/errors.ts";
import { type Answer, answered, excerpt, type Heard, type Metrics, refuse, type Says } from "./answer.ts";

/** `RoomOccupied (join 10, digital, asset type Occupancy) = 1`: an attribute, how it is joined, its value. */
const LINE = /^\s*([A-Za-z][\w .-]{0,63}?)\s*\(([^()]{0,200})\)\s*=\s*(.{0,256}?)\s*$/s;

/** What the attributes of the Fusion SSI model that a room is judged by become; the names with or without `_`. */
const ATTRIBUTES: Readonly<Record<string, (isHigh: boolean) => { metrics?: Metrics; says?: Says }>> = {
  roomoccupied: (occupied) => ({ metrics: { occupied } }),
  displaypower: (isOn) => ({ metrics: { power_state: isOn ? "on" : "off" } }),
  systempower: (isOn) => ({ says: { system_power: isOn } }),
  onlinestatus: (online) => ({ metrics: { reachable: online }, says: { online } }),
};

/** An attribute as Crestron Fusion reports it. */
export function decodeCrestron({ text }: Heard): Parsed<Answer> {
  const [, name, how, value] = LINE.exec(text) ?? [];
  if (name === undefined || how === undefined || value === undefined)
    return refuse("DEVICE_GARBAGE", "line", `is no attribute as "Name (join 1, digital) = 0": ${excerpt(text)}`);
  const parts = how.split(",").map((part) => part.trim().toLowerCase());
  const join = Number(parts.map((part) => /^join\s+(\d{1,5})$/.exec(part)?.[1]).find((found) => found !== undefined));
  if (!Number.isInteger(join) || join < 1) return refuse("DEVICE_GARBAGE", "join", "is missing, or no number from 1");
  const kind = parts.find((part) => part === "digital" || part === "analog" || part === "serial");
  if (kind === undefined) return refuse("DEVICE_GARBAGE", "type", "must be digital, analog or serial");
  const known = ATTRIBUTES[name.toLowerCase().replaceAll(/[_ .-]/g, "")];
  if (known !== undefined && kind !== "digital")
    return refuse("DEVICE_GARBAGE", "type", `${name} is digital, not ${kind}`);
  if (kind === "digital") {
    if (value !== "0" && value !== "1") return refuse("DEVICE_GARBAGE", name, `must be 1 or 0, not ${excerpt(value)}`);
    const { metrics = {}, says = {} } = known?.(value === "1") ?? { says: { [name]: value === "1" } };
    return answered("crestron-fusion", metrics, says);
  }
  if (kind === "serial") return answered("crestron-fusion", {}, { [name]: value });
  const number = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number <= 65_535)) return refuse("DEVICE_GARBAGE", name, `must be 0 to 65535, not ${excerpt(value)}`);
  return answered("crestron-fusion", {}, { [name]: number });
}
