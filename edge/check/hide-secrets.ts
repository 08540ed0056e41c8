import { Secret } from "../secret.ts";

/** Shorter ones stand in ordinary words, and would make every text unreadable. */
const SHORTEST = 3;

/** Takes every secret of these options out of a text, whoever put it there: a device may say again what it was told. */
export function hideSecrets(options: unknown): (text: string) => string {
  const secrets = secretsIn(options)
    .flatMap((text) => [text, encodeURIComponent(text), Buffer.from(text).toString("base64")])
    .filter((text) => text.length >= SHORTEST);
  return (text) => secrets.reduce((hidden, secret) => hidden.replaceAll(secret, "[secret]"), text);
}

function secretsIn(value: unknown): string[] {
  if (value instanceof Secret) return [value.reveal()];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(secretsIn);
}
