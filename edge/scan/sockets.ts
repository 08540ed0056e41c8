import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { connect, type Socket } from "node:net";
import { isNamed, type Network } from "./networks.ts";

/** All that a scan reaches the network by: handed in, so that tests see every destination. */
export interface ScanSockets {
  connectTcp(host: string, port: number): Socket;
  createUdp(): UdpSocket;
}

export const systemSockets: ScanSockets = {
  connectTcp: (host, port) => connect({ host, port, noDelay: true }),
  createUdp: () => createSocket("udp4"),
};

/** The same sockets, that reach nothing outside the networks: whatever a probe or a library tries is a defect, and thrown. */
export function keptWithin(networks: readonly Network[], sockets: ScanSockets): ScanSockets {
  const check = (host: unknown): void => {
    if (typeof host === "string" && isNamed(host, networks)) return;
    const where = typeof host === "string" ? host : "an address that is not named";
    throw new Error(`a scan must not contact ${where}: it is in none of the networks`);
  };
  return {
    connectTcp: (host, port) => {
      check(host);
      return sockets.connectTcp(host, port);
    },
    createUdp: () => {
      const socket = sockets.createUdp();
      const send = socket.send.bind(socket) as (...args: unknown[]) => void;
      // (message, [offset, length,] port, address, [done]): the only text after the message is the address.
      socket.send = (...args: unknown[]): void => {
        check(args.slice(1).find((each) => typeof each === "string"));
        send(...args);
      };
      socket.connect = (): never => {
        throw new Error("a scan sends each packet to an address that is checked");
      };
      return socket;
    },
  };
}
