import t from 'tap';
import { FakeClock } from '../support/fake-clock.js';

t.test('timers run in the order of their due times, each at its own time', async (t) => {
  const clock = new FakeClock(100);
  const ran: string[] = [];
  clock.at(130, () => ran.push(`late ${clock.nowMs()}`));
  clock.at(110, () => {
    ran.push(`early ${clock.nowMs()}`);
    clock.at(120, () => ran.push(`chained ${clock.nowMs()}`));
  });
  clock.advance(29);
  t.strictSame(ran, ['early 110', 'chained 120']);
  t.equal(clock.nowMs(), 129);
  clock.advance(1);
  t.strictSame(ran.at(-1), 'late 130');
});

t.test(
  'a timer in the past runs at the next step, never at once, and a cancelled one not at all',
  async (t) => {
    const clock = new FakeClock(100);
    let ran = 0;
    clock.at(50, () => {
      ran += 1;
    });
    clock.at(50, () => t.fail('cancelled')).cancel();
    t.equal(ran, 0);
    clock.advance(0);
    t.equal(ran, 1);
    t.equal(clock.nowMs(), 100, 'time does not run backwards');
  },
);

t.test('run lets promises settle between timers', async (t) => {
  const clock = new FakeClock();
  const times: number[] = [];
  const wait = (ms: number) => new Promise<void>((resolve) => clock.at(clock.nowMs() + ms, resolve));
  const loop = (async () => {
    for (let turn = 0; turn < 3; turn += 1) {
      await wait(10);
      times.push(clock.nowMs());
    }
  })();
  await clock.run(30);
  await loop;
  t.strictSame(times, [10, 20, 30]);
});

t.test('a step of the wall clock leaves monotonic time alone', async (t) => {
  const clock = new FakeClock(5, 1000);
  clock.advance(10);
  clock.stepUtc(-500);
  t.equal(clock.nowMs(), 15);
  t.equal(clock.utcMs(), 510);
});

t.test('timers that re-arm each other without time passing are refused', async (t) => {
  const clock = new FakeClock();
  const again = () => void clock.at(0, again);
  again();
  t.throws(() => clock.advance(0), /without time passing/);
});
