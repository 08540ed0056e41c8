import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instant } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { signed, verify } from "./signature.ts";

const clock = new VirtualClock(instant(1_674_087_231_000));

describe("the signature of a webhook", () => {
  it("meets the published vector of Standard Webhooks", () => {
    const secret = "whsec_plJ3nmyCDGBKInavdOK15jsl";
    const body = '{"event_type":"ping","data":{"success":true}}';
    const at = instant(1_731_705_121_000);
    const headers = signed(secret, "msg_loFOjxBNrRLzqYUf", at, body);
    expect(headers).toEqual({
      "webhook-id": "msg_loFOjxBNrRLzqYUf",
      "webhook-timestamp": "1731705121",
      "webhook-signature": "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=",
    });
    expect(verify(headers, body, secret, { clock: new VirtualClock(at) })).toEqual({
      ok: true,
      id: "msg_loFOjxBNrRLzqYUf",
      at,
    });
  });

  it("has a vector of its own for a secret that is text", () => {
    const headers = signed("a secret of some length", "msg-1", clock.now(), '{"a":1}');
    expect(headers["webhook-signature"]).toBe("v1,/kLHEJA8B5uUdicMWThvp/9QQMIrJAPURHO8wWhX3ak=");
  });

  it("is true for what was signed and false for anything else", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), fc.string({ minLength: 1 }), (secret, body, more) => {
        fc.pre(!secret.startsWith("whsec_"));
        const headers = signed(secret, "id", clock.now(), body);
        expect(verify(headers, body, secret, { clock }).ok).toBe(true);
        expect(verify(headers, body + more, secret, { clock }).ok).toBe(false);
        expect(verify(headers, body, secret + more, { clock }).ok).toBe(false);
        expect(verify({ ...headers, "webhook-id": `id${more}` }, body, secret, { clock }).ok).toBe(false);
      }),
    );
  });

  it("is refused outside the replay window, before and after", () => {
    const headers = signed("s", "id", clock.now(), "{}");
    const off = (seconds: number) => ({ clock: new VirtualClock(instant(clock.now() + seconds * 1000)) });
    expect(verify(headers, "{}", "s", off(300)).ok).toBe(true);
    expect(verify(headers, "{}", "s", off(301))).toMatchObject({ ok: false });
    expect(verify(headers, "{}", "s", off(-301))).toMatchObject({ ok: false });
  });

  it("says what is missing, and takes one right signature among several (a secret that is being changed)", () => {
    const headers = signed("s", "id", clock.now(), "{}");
    for (const name of Object.keys(headers))
      expect(verify({ ...headers, [name]: undefined }, "{}", "s", { clock })).toMatchObject({ ok: false });
    expect(verify({ ...headers, "webhook-timestamp": "soon" }, "{}", "s", { clock })).toMatchObject({ ok: false });
    const both = `v1,AAAA v1a,xyz ${headers["webhook-signature"]}`;
    expect(verify({ ...headers, "webhook-signature": both }, "{}", "s", { clock }).ok).toBe(true);
    expect(verify({ ...headers, "webhook-signature": "v1,AAAA" }, "{}", "s", { clock }).ok).toBe(false);
  });
});
