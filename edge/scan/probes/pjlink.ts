import { readableText } from "../../drivers/device-failure.ts";
import { exchangeUdp, talkTcp } from "../exchange.ts";
import type { Found, Probe } from "../probe.ts";

/** Displays and projectors: the greeting on TCP 4352; where it is open, maker and product. */
export const pjlinkProbe: Probe = {
  id: "pjlink",
  title: "PJLink greeting",
  port: 4352,
  look: async (host, context) => {
    const told: string[] = [];
    let isLocked = false;
    let asked = 0;
    const isThere = await talkTcp(
      host,
      {
        read: (sofar, say) => {
          const lines = sofar.toString("utf8").split("\r").slice(0, -1);
          const [greeting = "", ...answers] = lines;
          if (lines.length === 0) return "more";
          if (/^PJLINK 1 [0-9a-f]{8}$/i.test(greeting) || /^PJLINK 2 [0-9a-f]{32}$/i.test(greeting)) {
            isLocked = true;
            return { found: true };
          }
          if (!/^PJLINK 0$/i.test(greeting)) return "nothing";
          told.splice(0, told.length, ...answers.flatMap((line) => /^%1INF[12]=(?!ERR)(.*)$/i.exec(line)?.[1] ?? []));
          if (answers.length >= 2) return { found: true };
          if (asked === answers.length) say(Buffer.from(`%1INF${++asked} ?\r`));
          return "more";
        },
      },
      context,
    );
    if (!isThere && told.length === 0) return undefined;
    return foundAt(host, context.port, readableText(told.join(" ")), isLocked);
  },
};

/** The search of class 2: answered also by devices whose TCP port serves somebody else. */
export const pjlinkSearchProbe: Probe = {
  id: "pjlink-search",
  title: "PJLink search (%2SRCH)",
  port: 4352,
  look: async (host, context) => {
    const isThere = await exchangeUdp(
      host,
      [Buffer.from("%2SRCH\r")],
      (answer) => /^%2ACKN=[0-9a-f]{2}(?::[0-9a-f]{2}){5}\r?$/i.test(answer.toString("latin1")) || undefined,
      context,
    );
    return isThere === undefined ? undefined : foundAt(host, context.port, "", false);
  },
};

function foundAt(host: string, port: number, model: string, isLocked: boolean): Found {
  return {
    probe: "pjlink",
    host,
    port,
    what: `a display or projector (PJLink)${isLocked ? ", with a password" : ""}`,
    ...(model !== "" && { model }),
    proposal: {
      driver: "pjlink",
      options: { host, ...(port !== 4352 && { port }), ...(isLocked && { password_env: "PJLINK_PASSWORD" }) },
    },
  };
}
