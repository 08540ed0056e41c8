import { readableText } from "../../drivers/device-failure.ts";
import { ANSWER_WITHIN } from "../exchange.ts";
import type { Found, Probe } from "../probe.ts";

const SYS_DESCR = "1.3.6.1.2.1.1.1.0";
const SYS_NAME = "1.3.6.1.2.1.1.5.0";

/** What a device says of itself by SNMP version 2c, with the community that was given. */
export const snmpProbe: Probe = {
  id: "snmp",
  title: "SNMP sysDescr",
  port: 161,
  needsCommunity: true,
  look: async (host, { sockets, port, community, signal }) => {
    if (community === undefined || signal.aborted) return undefined;
    const { default: snmp } = await import("net-snmp");
    return new Promise((resolve, reject) => {
      let session: ReturnType<typeof snmp.createSession>;
      const settle = (found: Found | undefined): void => {
        signal.removeEventListener("abort", giveUp);
        session.close();
        resolve(found);
      };
      const giveUp = (): void => settle(undefined);
      try {
        session = snmp.createSession(host, community.reveal(), {
          port,
          retries: 0,
          timeout: ANSWER_WITHIN,
          version: snmp.Version2c,
          // The library opens its socket by this; ours are kept within the networks.
          dgramModule: { createSocket: () => sockets.createUdp() },
        });
        signal.addEventListener("abort", giveUp);
        session.on("error", giveUp);
        session.get([SYS_DESCR, SYS_NAME], (error, varbinds) => {
          if (error !== null) return giveUp();
          const [description = "", name = ""] = (varbinds ?? []).map(({ value }) =>
            Buffer.isBuffer(value) ? readableText(value.toString("utf8"), 120) : "",
          );
          return settle(foundAt(host, port, description, name));
        });
      } catch (error) {
        reject(error);
      }
    });
  },
};

/** What kind of device its words speak of. */
const kinds: readonly [RegExp, string][] = [
  [/\bUPS\b|smart-ups|powerware/i, "ups"],
  [/\bPDU\b|rack ?pdu|outlet/i, "pdu"],
  [/printer|jetdirect|laserjet/i, "printer"],
  [/projector|display/i, "projector"],
];

function foundAt(host: string, port: number, description: string, name: string): Found {
  const profile = kinds.find(([words]) => words.test(description))?.[1];
  return {
    probe: "snmp",
    host,
    port,
    what: `speaks SNMP${name === "" ? "" : `, called ${name}`}`,
    ...(description !== "" && { model: description }),
    proposal: {
      driver: "snmp",
      options: {
        host,
        ...(port !== 161 && { port }),
        community_env: "SNMP_COMMUNITY",
        ...(profile !== undefined && { profile }),
      },
    },
    ...(profile === undefined && { note: "say by profile or map what is to be read (edge/drivers/snmp/README.md)" }),
  };
}
