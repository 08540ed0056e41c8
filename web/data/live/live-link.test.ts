import { describe, expect, test } from "vitest";
import { instant, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { type LinkPhase, type LiveLink, type Socket, startLiveLink } from "./live-link.ts";

interface FakeSocket extends Socket {
  query: string;
  isClosed: boolean;
}

function start(options: { isSignedIn?: boolean; holeAt?: number } = {}) {
  const clock = new VirtualClock(instant(0));
  const sockets: FakeSocket[] = [];
  const phases: LinkPhase[] = [];
  let known: { epoch: string; since: number } | undefined;
  const link: LiveLink = startLiveLink({
    clock,
    random: () => 0.5,
    open: (query) => {
      const socket: FakeSocket = {
        query,
        isClosed: false,
        onopen: null,
        onmessage: null,
        onclose: null,
        onerror: null,
        close() {
          socket.isClosed = true;
        },
      };
      sockets.push(socket);
      return socket;
    },
    resumeFrom: () => known,
    onMessage: (message) => {
      if (message.type === "delta" && message.seq === options.holeAt) return "hole";
      if (message.type === "delta") known = { epoch: "e 1", since: message.seq };
      return "ok";
    },
    onPhase: (phase) => phases.push(phase),
    isSignedIn: () => Promise.resolve(options.isSignedIn ?? true),
  });
  const last = (): FakeSocket => {
    const socket = sockets.at(-1);
    if (socket === undefined) throw new Error("nothing was opened");
    return socket;
  };
  return {
    clock,
    sockets,
    phases,
    link,
    last,
    say: (message: object) => last().onmessage?.({ data: JSON.stringify(message) }),
    close: async (code = 1006) => {
      last().onclose?.({ code });
      await Promise.resolve();
      await Promise.resolve();
    },
  };
}

const ping = { type: "ping", seq: 1, at: "2026-11-24T07:41:00.000Z" };
const delta = (seq: number): object => ({ type: "delta", seq, at: ping.at });

describe("the link of the live feed", () => {
  test("is live from its first word on", () => {
    const { last, say, phases } = start();
    last().onopen?.();
    expect(phases).toEqual(["connecting"]);
    say({ type: "hello", epoch: "e", seq: 1, resumed: false });
    say(ping);
    expect(phases).toEqual(["connecting", "live"]);
  });

  test("after a drop it comes back from the last number", async () => {
    const { clock, last, say, close, sockets, phases } = start();
    last().onopen?.();
    say(delta(7));
    await close();
    expect(phases.at(-1)).toBe("offline");
    clock.advance(seconds(1));
    expect(sockets).toHaveLength(2);
    expect(last().query).toBe("?epoch=e%201&since=7");
  });

  test("waits longer after each failure, up to a ceiling", async () => {
    const { clock, close, sockets } = start();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 9; attempt += 1) {
      await close();
      const before = clock.now();
      const opened = sockets.length;
      for (let step = 0; step < 200 && sockets.length === opened; step += 1) clock.advance(seconds(0.25));
      waits.push((clock.now() - before) / 1_000);
    }
    expect(waits.slice(0, 4)).toEqual([0.5, 1, 2, 4]);
    expect(Math.max(...waits)).toBe(10);
  });

  test("a hole makes it connect anew, without a word to the reader", () => {
    const { clock, last, say, sockets, phases } = start({ holeAt: 9 });
    last().onopen?.();
    say(delta(7));
    const first = last();
    say(delta(9));
    expect(first.isClosed).toBe(true);
    clock.advance(seconds(1));
    expect(sockets).toHaveLength(2);
    expect(last().query).toContain("since=7");
    expect(phases).toEqual(["connecting", "live"]);
  });

  test("missing pings make it quiet, then dead: it is closed and tried again", async () => {
    const { clock, last, say, sockets, phases } = start();
    last().onopen?.();
    say(ping);
    clock.advance(seconds(21));
    expect(phases.at(-1)).toBe("live");
    clock.advance(seconds(4));
    expect(phases.at(-1)).toBe("quiet");
    clock.advance(seconds(22));
    await Promise.resolve();
    expect(phases.at(-1)).toBe("offline");
    expect(sockets[0]?.isClosed).toBe(true);
    clock.advance(seconds(2));
    expect(sockets).toHaveLength(2);
  });

  test("a word after silence makes it live again", () => {
    const { clock, last, say, phases } = start();
    last().onopen?.();
    say(ping);
    clock.advance(seconds(26));
    say(ping);
    expect(phases).toEqual(["connecting", "live", "quiet", "live"]);
  });

  test("whoever is not signed in is told so, and it stops trying", async () => {
    const { clock, close, sockets, phases } = start({ isSignedIn: false });
    await close();
    expect(phases.at(-1)).toBe("refused");
    clock.advance(seconds(120));
    expect(sockets).toHaveLength(1);
  });

  test("a sign-in that ended while it was open is noticed by the closing code", async () => {
    const { last, say, close, phases } = start({ isSignedIn: false });
    last().onopen?.();
    say(ping);
    await close(4401);
    expect(phases.at(-1)).toBe("refused");
  });

  test("waking tries at once instead of waiting", async () => {
    const { link, close, sockets } = start();
    await close();
    link.wake();
    expect(sockets).toHaveLength(2);
    link.wake();
    expect(sockets).toHaveLength(2);
  });

  test("garbage is passed over", () => {
    const { last, phases } = start();
    last().onopen?.();
    last().onmessage?.({ data: "{" });
    last().onmessage?.({ data: "null" });
    last().onmessage?.({ data: new ArrayBuffer(2) });
    expect(phases).toEqual(["connecting"]);
  });

  test("stopped, it opens nothing more", async () => {
    const { clock, link, close, sockets } = start();
    await close();
    link.stop();
    clock.advance(seconds(60));
    expect(sockets).toHaveLength(1);
  });
});
