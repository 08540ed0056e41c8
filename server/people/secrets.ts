import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** 256 random bits, told apart by a prefix, so that a leaked one is recognised for what it is. */
export const newSecret = (prefix: string): string => prefix + randomBytes(32).toString("base64url");

/**
 * What is kept of a secret that we made ourselves. It has 256 random bits, so that a plain hash cannot be searched
 * backwards; passwords, which people choose, go through argon2id instead (`passwords.ts`).
 */
export const hashSecret = (secret: string): string => createHash("sha256").update(secret).digest("base64url");

/** Compares in a time that does not tell where the difference is. */
export function sameSecret(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(hashSecret(a)), Buffer.from(hashSecret(b))];
  return timingSafeEqual(x, y);
}
