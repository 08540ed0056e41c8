import multicastDns from "multicast-dns";
import { readableText } from "../../drivers/device-failure.ts";
import { ANSWER_WITHIN } from "../exchange.ts";
import type { Probe } from "../probe.ts";

const SERVICES = "_services._dns-sd._udp.local";

/**
 * Which services a device announces by mDNS. Asked of each address by itself (RFC 6762 §5.5), not of the multicast group: that
 * would reach everybody on the link, named or not.
 */
export const mdnsProbe: Probe = {
  id: "mdns",
  title: "mDNS services, asked directly",
  port: 5353,
  look: (host, { sockets, clock, signal, port }) =>
    new Promise((resolve, reject) => {
      const services = new Set<string>();
      const mdns = multicastDns({
        socket: sockets.createUdp(),
        multicast: false,
        bind: false,
        port,
      });
      const settle = (): void => {
        cancel();
        signal.removeEventListener("abort", settle);
        mdns.destroy();
        const list = [...services].slice(0, 8).join(", ");
        resolve(list === "" ? undefined : { probe: "mdns", host, port, what: `announces ${list}` });
      };
      const cancel = clock.after(ANSWER_WITHIN, settle);
      signal.addEventListener("abort", settle);
      // What is no packet is a warning, not an error; without listeners either would throw.
      mdns.on("error", () => {});
      mdns.on("warning", () => {});
      mdns.on("response", ({ answers }, { address }) => {
        if (address !== host) return;
        for (const answer of answers ?? [])
          if (answer.type === "PTR" && answer.name === SERVICES && typeof answer.data === "string")
            services.add(readableText(answer.data.replace(/\.local$/, ""), 40));
        if (services.size > 0) settle();
      });
      try {
        mdns.query({ questions: [{ name: SERVICES, type: "PTR" }] }, { address: host, port });
      } catch (error) {
        reject(error);
        settle();
      }
    }),
};
