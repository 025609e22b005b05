/** The watch over the threads that do file calls: silent while files answer. That it speaks is tested end to end. */
import t from 'tap';
import { watchFiles } from '../../../src/hosts/file-watch.js';
import { FakeClock } from '../../support/fake-clock.js';

t.test('while files answer it keeps looking, says nothing, and leaves no timer when stopped', async (t) => {
  const clock = new FakeClock();
  const watch = watchFiles(clock, 5_000, () => t.fail('nothing hangs here'));
  for (let second = 0; second < 20; second++) {
    clock.advance(1_000);
    // The answer comes from a thread: the next look is due a second after it.
    while (clock.pendingTimers > 0 && clock.nextDueMs > clock.nowMs() + 1_000) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  watch.stop();
  t.equal(clock.pendingTimers, 0);
});

t.test('when no file has answered in time, that is told once', async (t) => {
  const clock = new FakeClock();
  let told = 0;
  const watch = watchFiles(clock, 5_000, () => told++);
  // No promise settles in here: whatever the disk does, its answer is not heard.
  clock.advance(60_000);
  t.equal(told, 1);
  watch.stop();
});
