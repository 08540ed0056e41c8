import { createSocket, type Socket } from "node:dgram";
import { messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import { parseNotice } from "./lines.ts";

/** Told when some address has sent a notice. */
type Listener = (from: string) => void;

interface Port {
  socket: Socket;
  listeners: Set<Listener>;
}

/** All devices send to the same port, so that their drivers share it; it is closed when the last lets go. */
const ports = new Map<string, Port>();

const NORMAL_ADDRESS = /^::ffff:/i;
/** The IPv4 form of an address that a socket gives in IPv6. */
export const plainAddress = (address: string): string => address.replace(NORMAL_ADDRESS, "");

/**
 * Listens to the status notices (class 2, UDP) that devices send to that address. Whatever is no notice is ignored, and a port
 * that cannot be had is a log line: devices are asked at their interval all the same. Returns how to let go.
 */
export function startNotices(at: { address: string; port: number }, log: Log, listener: Listener): () => void {
  const name = `${at.address} ${at.port}`;
  let port = ports.get(name);
  if (port === undefined) {
    const listeners = new Set<Listener>();
    port = { socket: openSocket(at, log, listeners), listeners };
    ports.set(name, port);
  }
  const held = port;
  held.listeners.add(listener);
  return () => {
    if (!held.listeners.delete(listener) || held.listeners.size > 0) return;
    ports.delete(name);
    held.socket.close();
  };
}

function openSocket(at: { address: string; port: number }, log: Log, listeners: ReadonlySet<Listener>): Socket {
  const socket = createSocket(at.address.includes(":") ? "udp6" : "udp4");
  socket.on("message", (bytes, { address }) => {
    if (parseNotice(bytes.subarray(0, 140).toString("utf8")) === undefined) return;
    for (const listener of listeners) listener(plainAddress(address));
  });
  socket.on("error", (error) => log.warn({ ...at, error: messageOf(error) }, "no notices of displays can be heard"));
  socket.bind(at.port, at.address);
  socket.unref();
  return socket;
}
