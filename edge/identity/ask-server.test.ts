import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { systemClock } from "#contract/system-clock.ts";
import { askServer } from "./ask-server.ts";

let server: Server | undefined;
afterEach(() => server?.close());

/** Asks a server that answers so. */
async function asked(status: number, body: string): Promise<unknown> {
  server = createServer((request, response) => {
    request.resume();
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return askServer({ server: `http://127.0.0.1:${port}` }, "enrol", { body: {}, clock: systemClock });
}

it("says what the server found wrong, field by field", async () => {
  const errors = [{ where: "code", why: "is no code" }];
  const refusal = { code: "INPUT_INVALID", detail: "The request has faults.", errors };
  await expect(asked(400, JSON.stringify(refusal))).rejects.toMatchObject({
    code: "INPUT_INVALID",
    message: "The request has faults. code: is no code",
  });
});

it.each([
  ["no JSON", 502, "<html>"],
  ["a code of nobody's", 400, JSON.stringify({ code: "TOASTED", detail: "x" })],
])("does not take %s for Greenroom's answer", async (_, status, body) => {
  await expect(asked(status, body)).rejects.toMatchObject({ code: "LINK_DOWN" });
});

it("asks nobody over a line that others can read", async () => {
  const far = askServer({ server: "http://greenroom.example.com" }, "enrol", { body: {}, clock: systemClock });
  await expect(far).rejects.toMatchObject({ code: "CONFIG_INVALID" });
});
