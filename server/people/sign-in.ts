import { GreenroomError } from "#contract/errors.ts";
import { minutes } from "#contract/units.ts";
import type { Store } from "../store/open-store.ts";
import { emailKey, type PersonRecord } from "../store/people.ts";
import { Limiter } from "./limiter.ts";
import { isPassword } from "./passwords.ts";
import { hashSecret } from "./secrets.ts";

/** An address may try this often; behind one address there may be a whole office. */
const PER_ADDRESS = { most: 30, per: minutes(5) };
/** An account takes this many wrong passwords; a right one clears the count. */
const PER_ACCOUNT = { most: 10, per: minutes(15) };

/** Sign-in by e-mail and password or by a one-time link. The answer never tells whether an account exists. */
export class SignInDesk {
  readonly #store: Store;
  readonly #byAddress: Limiter;
  readonly #byAccount: Limiter;

  constructor(store: Store) {
    this.#store = store;
    this.#byAddress = new Limiter(store.peopleClock, PER_ADDRESS);
    this.#byAccount = new Limiter(store.peopleClock, PER_ACCOUNT);
  }

  /** Throws SIGNED_OUT when e-mail or password is wrong, TOO_FAST when it was tried too often. */
  async withPassword(email: string, password: string, address: string): Promise<PersonRecord> {
    const account = emailKey(email);
    this.#admit(address, account);
    const known = await this.#store.people.byEmail(account);
    const isRight = await isPassword(password, known?.password_hash);
    if (isRight && known !== undefined && known.disabled_ms === undefined) {
      this.#byAccount.clear(account);
      await this.#store.audit.add({ actor: known.id, action: "sign-in", subject: known.id, address });
      return known;
    }
    await this.#store.audit.add({
      actor: "anonymous",
      action: "sign-in.refused",
      subject: known?.id ?? "unknown account",
      address,
    });
    throw new GreenroomError("SIGNED_OUT", "e-mail or password is wrong");
  }

  /** Throws SIGNED_OUT when the link is unknown, expired or spent. */
  async withLink(token: string, address: string): Promise<PersonRecord> {
    this.#admit(address);
    const id = await this.#store.signInLinks.spend(hashSecret(token), this.#store.peopleClock.now());
    const person = id === undefined ? undefined : await this.#store.people.get(id);
    if (person === undefined || person.disabled_ms !== undefined) {
      await this.#store.audit.add({ actor: "anonymous", action: "sign-in.refused", subject: "link", address });
      throw new GreenroomError("SIGNED_OUT", "this sign-in link has expired or was used already; ask for a new one");
    }
    await this.#store.audit.add({ actor: person.id, action: "sign-in.link", subject: person.id, address });
    return person;
  }

  #admit(address: string, account?: string): void {
    const byAddress = this.#byAddress.take(address);
    const byAccount = account === undefined ? undefined : this.#byAccount.take(account);
    const wait = Math.max(byAddress.ok ? 0 : byAddress.wait, byAccount?.ok === false ? byAccount.wait : 0);
    if (wait > 0) throw new GreenroomError("TOO_FAST", `too many sign-ins; try again in ${Math.ceil(wait / 1_000)} s`);
  }
}
