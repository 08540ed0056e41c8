import type { Clock } from "#contract/clock.ts";
import { askServer, type ServerAddress } from "./ask-server.ts";
import { makeCertificateRequest } from "./certificate-request.ts";
import { type Identity, writeIdentity } from "./identity.ts";

/**
 * Exchanges a one-time code for an identity of this agent's own. The key is made here and stays here; the server signs a
 * certificate for it.
 */
export async function enrol(
  { code, dataDir, ...address }: ServerAddress & { code: string; dataDir: string },
  clock: Clock,
): Promise<Identity> {
  // The server writes the agent's name into the certificate: the code says which it is.
  const { csr, privateKey } = makeCertificateRequest("agent");
  const got = await askServer(address, "enrol", { body: { code, csr }, clock });
  const { server, ca } = address;
  return writeIdentity(dataDir, {
    ...got,
    server,
    ...(ca !== undefined && { server_ca: ca }),
    private_key: privateKey,
  });
}
