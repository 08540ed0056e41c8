import * as fc from "fast-check";
import { expect, test } from "vitest";
import { silentLog, type Log } from "#contract/log.ts";
import { hours, instant, millis, minutes, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { AgentTime } from "./agent-time.ts";
import { JumpingClock } from "./testing/jumping-clock.ts";

const NOON = instant(Date.UTC(2026, 10, 22, 12));

function bench(log: Log = silentLog) {
  const truth = new VirtualClock(NOON);
  const machine = new JumpingClock(truth);
  const time = new AgentTime({ clock: machine, uptime: machine.uptime, log });
  /** As the agent notes a reading. */
  const take = () => ({ at: time.now(), up: time.uptime, truly: truth.now() });
  return { truth, machine, time, take };
}

test("alone with its machine's clock, what was taken before the clock was put right is dated by what it is now", () => {
  const { truth, machine, time, take } = bench();
  machine.jump(-3 * hours(1));
  const early = take();
  expect(early.at).toBe(early.truly - hours(3));
  truth.advance(minutes(10));
  machine.jump(hours(3));
  expect(time.dated(early)).toBe(early.truly);
  expect(time.now()).toBe(truth.now());
});

test("a clock that is set an hour ahead and back again moves nothing once the server has told its time", () => {
  const said: string[] = [];
  const note = (_: object, text: string): void => void said.push(text);
  const { truth, machine, time, take } = bench({ ...silentLog, info: note, warn: note });
  time.learn(truth.now());
  const before = take();
  machine.jump(hours(1));
  truth.advance(seconds(5));
  const during = take();
  expect(during.at).toBe(during.truly);
  expect(time.dated(before)).toBe(before.at);
  machine.jump(-1 * hours(1));
  truth.advance(seconds(5));
  expect([time.dated(during), time.now()]).toEqual([during.truly, truth.now()]);
  expect(said.filter((text) => text.includes("is wrong by the server's"))).toHaveLength(1);
  expect(said.at(-1)).toBe("this machine's clock agrees with the server's again");
});

test("what was taken by a clock that runs an hour ahead is dated right from the server's first word on", () => {
  const { truth, machine, time, take } = bench();
  machine.jump(hours(1));
  const early = take();
  expect(early.at).toBe(early.truly + hours(1));
  truth.advance(minutes(30));
  time.learn(truth.now());
  expect(time.dated(early)).toBe(early.truly);
});

test("a word of the server that comes late does not turn time back", () => {
  const { truth, time, take } = bench();
  time.learn(truth.now());
  const said = truth.now();
  truth.advance(minutes(3));
  time.learn(said);
  const reading = take();
  expect([reading.at, time.dated(reading)]).toEqual([reading.truly, reading.truly]);
});

test("steering and seconds of difference leave times as they were noted", () => {
  const { truth, machine, time, take } = bench();
  time.learn(truth.now());
  const reading = take();
  for (let i = 0; i < 20; i++) {
    machine.jump(80);
    truth.advance(seconds(10));
    time.learn(truth.now());
  }
  expect(time.dated(reading)).toBe(reading.at);
});

test("law: however the machine's clock is set, what is dated after the server's word is right within its tolerance", () => {
  const step = fc.record({
    jumpMs: fc.integer({ min: -7_200_000, max: 7_200_000 }),
    passMs: fc.integer({ min: 1, max: 900_000 }),
  });
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 1, maxLength: 12 }),
      fc.array(step, { maxLength: 12 }),
      (unheard, heard) => {
        const { truth, machine, time, take } = bench();
        const taken: ReturnType<typeof take>[] = [];
        const play = (steps: typeof heard): void => {
          for (const { jumpMs, passMs } of steps) {
            machine.jump(jumpMs);
            truth.advance(millis(passMs));
            taken.push(take());
          }
        };
        play(unheard);
        time.learn(truth.now());
        play(heard);
        for (const reading of taken)
          expect(Math.abs(time.dated(reading) - reading.truly)).toBeLessThanOrEqual(minutes(1));
      },
    ),
  );
});
