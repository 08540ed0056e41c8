import { createPrivateKey, sign } from "node:crypto";
import { renewalText } from "#contract/api/enrolment.ts";
import type { Cancel, Clock } from "#contract/clock.ts";
import { GreenroomError, messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import { between, hours, millis, type Millis, rfc3339, seconds } from "#contract/units.ts";
import { askServer } from "./ask-server.ts";
import { makeCertificateRequest } from "./certificate-request.ts";
import { type Identity, writeIdentity } from "./identity.ts";

export interface RenewalOptions {
  identity: Identity;
  dataDir: string;
  clock: Clock;
  log: Log;
  /** Between 0 and 1: spreads the renewals of agents that enrolled on one day. */
  random: () => number;
  /** It is on disk; from now on it is the one to sign in with. */
  onRenewed: (identity: Identity) => void;
}

/** The share of a certificate's life after which the next one is asked for. */
const AT = 2 / 3;
const SPREAD = 0.05;
const SOONEST: Millis = seconds(5);
const AGAIN: Millis = hours(1);

/** Asks for the agent's next certificate, and key, before the present ones end; tries every hour until it has them. */
export class Renewal {
  readonly #options: RenewalOptions;
  #identity: Identity;
  #cancel: Cancel = () => {};
  #isTroubled = false;
  #isStopped = false;

  constructor(options: RenewalOptions) {
    this.#options = options;
    this.#identity = options.identity;
  }

  start(): void {
    const { clock, random } = this.#options;
    const { issued, expires } = this.#identity;
    const life = between(issued, expires);
    const due = issued + life * (AT + SPREAD * (random() - 0.5));
    this.#wait(millis(Math.max(SOONEST, due - clock.now())));
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  #wait(delay: Millis): void {
    this.#cancel = this.#options.clock.after(delay, () => void this.#renew());
  }

  async #renew(): Promise<void> {
    const { log, onRenewed } = this.#options;
    try {
      const renewed = await this.#ask();
      if (this.#isStopped) return;
      this.#identity = renewed;
      this.#isTroubled = false;
      log.info({ serial: renewed.serial, expires: rfc3339(renewed.expires) }, "the agent's certificate is renewed");
      onRenewed(renewed);
      this.start();
    } catch (error) {
      if (this.#isStopped) return;
      const code = error instanceof GreenroomError ? error.code : undefined;
      const fields = { code, why: messageOf(error), expires: rfc3339(this.#identity.expires) };
      if (code === "KEY_REVOKED" || code === "NOT_ALLOWED")
        log.error(fields, "the agent's certificate cannot be renewed: enrol it again");
      else if (!this.#isTroubled) log.warn(fields, "the agent's certificate cannot be renewed now; it is tried again");
      this.#isTroubled = true;
      this.#wait(AGAIN);
    }
  }

  /** The present key signs the request for the next certificate: no other proof is needed, whatever way it goes. */
  async #ask(): Promise<Identity> {
    const { clock, dataDir } = this.#options;
    const { agent, serial, server, serverCa, privateKey } = this.#identity;
    const next = makeCertificateRequest(agent);
    const what = { serial, csr: next.csr, at: rfc3339(clock.now()) };
    const signature = sign("sha256", Buffer.from(renewalText(what)), createPrivateKey(privateKey.reveal()));
    const body = { ...what, signature: signature.toString("base64") };
    const got = await askServer({ server, ca: serverCa }, "enrol/renew", { body, clock });
    if (got.agent !== agent) throw new GreenroomError("NOT_ALLOWED", "the server's answer is for another agent");
    const ca = serverCa === undefined ? {} : { server_ca: serverCa };
    return writeIdentity(dataDir, { ...got, server, ...ca, private_key: next.privateKey });
  }
}
