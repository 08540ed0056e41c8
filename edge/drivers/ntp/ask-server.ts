import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import type { Clock } from "#contract/clock.ts";
import { messageOf } from "#contract/errors.ts";
import { seconds } from "#contract/units.ts";
import { DeviceFailure } from "../device-failure.ts";
import type { NtpServer } from "./options.ts";
import { askPacket, type NtpAnswer, parseAnswer } from "./packet.ts";

const ANSWER_WITHIN = seconds(3);

/** Asks a server once. What is no answer to our question is not heard. Rejects with DeviceFailure only. */
export async function askServer({ host, port }: NtpServer, clock: Clock, signal: AbortSignal): Promise<NtpAnswer> {
  let address: { address: string; family: number };
  try {
    address = await lookup(host);
  } catch (error) {
    throw new DeviceFailure("DEVICE_SILENT", messageOf(error).slice(0, 120));
  }
  const socket = createSocket(address.family === 6 ? "udp6" : "udp4");
  return new Promise((resolve, reject) => {
    const nonce = randomBytes(8);
    let sentAt = clock.now();
    let why = "did not answer";
    const settle = (outcome: NtpAnswer | DeviceFailure): void => {
      cancel();
      signal.removeEventListener("abort", abort);
      socket.removeAllListeners("message").close();
      if (outcome instanceof DeviceFailure) reject(outcome);
      else resolve(outcome);
    };
    const abort = (): void => settle(new DeviceFailure("DEVICE_SILENT", why));
    const cancel = clock.after(ANSWER_WITHIN, abort);
    signal.addEventListener("abort", abort);
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED")
        settle(new DeviceFailure("DEVICE_REFUSED", "refuses: nobody tells the time there"));
      else settle(new DeviceFailure("DEVICE_SILENT", messageOf(error).slice(0, 120)));
    });
    socket.on("message", (bytes) => {
      const parsed = parseAnswer(bytes, { nonce, sentAt, heardAt: clock.now() });
      if (parsed.ok) return settle(parsed.value);
      const { code, where } = parsed;
      // Somebody else's, or a forgery: ours may still come.
      why = `answered, but its ${where} ${parsed.why}`;
      if (code === "DEVICE_REFUSED")
        return settle(
          new DeviceFailure(code, `does not want to be asked (${parsed.why})`, { giveUp: true, answers: true }),
        );
      if (where !== "origin") settle(new DeviceFailure(code, why, { answers: true }));
      return undefined;
    });
    // Connected: only this server is heard, and a closed port is told.
    socket.connect(port, address.address, () => {
      sentAt = clock.now();
      socket.send(askPacket(nonce));
    });
    if (signal.aborted) abort();
  });
}
