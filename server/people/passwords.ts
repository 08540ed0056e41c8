import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { GreenroomError } from "#contract/errors.ts";

const derive = promisify(argon2);

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. */
const DEFAULTS = { memory: 19_456, passes: 2, parallelism: 1 };
const TAG_BYTES = 32;
const SALT_BYTES = 16;
/** Each check takes 19 MiB, so that a flood of sign-ins must wait its turn, and past that is sent away. */
const AT_ONCE = 2;
const MOST_WAITING = 64;

export const SHORTEST_PASSWORD = 10;

let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) {
    if (waiting.length >= MOST_WAITING) throw new GreenroomError("TOO_FAST", "too many sign-ins at once");
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
    });
  }
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

/** A password as it is kept: argon2id in the PHC string form, with its parameters, so that they can be raised later. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const { memory, passes, parallelism } = DEFAULTS;
  const tag = await inTurn(() =>
    derive("argon2id", { message: password, nonce: salt, tagLength: TAG_BYTES, memory, passes, parallelism }),
  );
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${plain(salt)}$${plain(tag)}`;
}

const plain = (bytes: Buffer): string => bytes.toString("base64").replaceAll("=", "");
const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** A hash of nobody's password, checked when there is no account, so that both answers take as long. */
const NOBODY = `$argon2id$v=19$m=${DEFAULTS.memory},t=${DEFAULTS.passes},p=${DEFAULTS.parallelism}$${plain(Buffer.alloc(SALT_BYTES, 7))}$${plain(Buffer.alloc(TAG_BYTES))}`;

/** Whether the password is right. Without a hash (no account, or one without a password) it is false after as much work. */
export async function isPassword(password: string, hash: string | undefined): Promise<boolean> {
  const [, memory, passes, parallelism, salt, tag] = PHC.exec(hash ?? NOBODY) ?? PHC.exec(NOBODY) ?? [];
  const wanted = Buffer.from(tag ?? "", "base64");
  const found = await inTurn(() =>
    derive("argon2id", {
      message: password,
      nonce: Buffer.from(salt ?? "", "base64"),
      tagLength: wanted.length,
      memory: Number(memory),
      passes: Number(passes),
      parallelism: Number(parallelism),
    }),
  );
  return timingSafeEqual(found, wanted) && hash !== undefined;
}
