import { between, millis, type Millis, minutes, seconds } from "#contract/units.ts";
import { DeviceFailure, failed } from "../device-failure.ts";
import { defineDriver, type DriverContext, type Observation } from "../driver.ts";
import { judgeCertificate, parseCertificate } from "./judge-certificate.ts";
import { TlsOptions } from "./options.ts";
import { shakeHands } from "./shake-hands.ts";

/** How long the certificate of a host and port is still good, and whether it is trusted. */
export const tls = defineDriver({
  id: "tls",
  title: "Expiry and trust of a TLS certificate",
  options: TlsOptions,
  kind: "network",
  shortestInterval: minutes(1),
  longestPoll: seconds(15),
  intervals: (_, every: Millis) => ({
    reachable: every,
    latency_ms: every,
    certificate_left_d: every,
    certificate_trusted: every,
  }),
  open: (options, context) => ({ poll: (signal) => look(options, context, signal) }),
});

async function look(options: TlsOptions, { clock }: DriverContext, signal: AbortSignal): Promise<Observation> {
  const place = `${options.host}:${options.port}`;
  const startedAt = clock.now();
  try {
    const { der, distrust } = await shakeHands(options, clock, signal);
    const parsed = parseCertificate(der);
    if (!parsed.ok)
      throw new DeviceFailure(parsed.code, `showed a certificate whose ${parsed.where} ${parsed.why}`, {
        answers: true,
      });
    const { told, findings } = judgeCertificate(parsed.value, distrust, options, clock.now());
    const took = between(startedAt, clock.now());
    if (took >= 0 && took <= 60_000) told.put("latency_ms", millis(took));
    if (told.refused !== undefined) findings.push(told.refused);
    const { subject } = parsed.value;
    const whose = subject === "" ? "its certificate" : `its certificate (${subject})`;
    return {
      state: "online",
      metrics: { reachable: true, ...told.metrics },
      ...(findings.length > 0 && {
        error: { code: "CERTIFICATE_BAD", text: `${place} ${whose} ${findings.join("; it ")}` },
      }),
    };
  } catch (error) {
    return failed(error, place);
  }
}
