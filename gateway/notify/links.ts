import type { NotifyConfig } from "./config.ts";

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** What is wrong with the links in messages to people, in words; nothing where nobody but the log is told. */
export function linkTrouble(config: NotifyConfig, publicUrl: string | undefined): string | undefined {
  const isAnybodyTold = config.contacts.some(({ channel }) => config.channels[channel]?.kind !== "log");
  if (!isAnybodyTold) return undefined;
  if (publicUrl === undefined) return "public_url is not set: messages carry no link to their alert";
  return LOOPBACK.test(URL.parse(publicUrl)?.hostname ?? "")
    ? `links in messages lead to ${publicUrl}, which opens on this machine only`
    : undefined;
}
