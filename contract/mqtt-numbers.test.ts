import { createRequire } from "node:module";
import { expect, test } from "vitest";
import "./mqtt-numbers.ts";

test.each(["mqtt", "aedes"])("%s shares the codec that prepares no numbers", (library) => {
  const of = createRequire(createRequire(import.meta.url).resolve(library));
  const codec = of("mqtt-packet") as { writeToStream: { cacheNumbers: boolean } };
  expect(codec.writeToStream.cacheNumbers).toBe(false);
});
