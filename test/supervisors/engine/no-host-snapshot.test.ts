/** The snapshot of a channel without a host: what was counted stays, what was going on does not. */
import t from 'tap';
import { noHostSnapshot } from '../../../supervisors/engine/no-host-snapshot.js';
import { sampleSnapshot } from '../../src/observe/sample-snapshot.js';

const ABOUT = {
  channelId: 7,
  last: undefined,
  state: 'error',
  detail: 'port 9001 is taken',
  budget: sampleSnapshot().budget,
  planHandle: 'morning',
  port: 0,
  format: '320x180@30',
  utcMs: 5_000,
} as const;

t.test('of a channel that never had one everything is there, and nothing has been counted', async (t) => {
  const snapshot = noHostSnapshot(ABOUT);
  t.same(Object.keys(snapshot).sort(), Object.keys(sampleSnapshot()).sort(), 'the same shape as any other');
  t.same(JSON.parse(JSON.stringify(snapshot)), snapshot, 'plain data');
  t.match(snapshot, {
    channelId: 7,
    state: 'error',
    sinceUtcMs: 5_000,
    atUtcMs: 5_000,
    detail: 'port 9001 is taken',
    planHandle: 'morning',
    healthy: false,
    hostPid: null,
    counters: { framesAired: { content: 0, hold: 0, slate: 0 }, ticksMissed: 0 },
  });
});

t.test('what the last host counted stays; what it was doing does not', async (t) => {
  const last = sampleSnapshot({ lastExit: null, tick: 1234 });
  const snapshot = noHostSnapshot({ ...ABOUT, last, state: 'stopped', detail: '' });
  t.same(snapshot.counters, last.counters);
  t.match(snapshot, { tick: 1234, queueFrames: last.queueFrames, budget: ABOUT.budget });
  t.match(snapshot, {
    healthy: false,
    airing: null,
    onAir: null,
    consumers: 0,
    bufferDepthFrames: 0,
    childrenExpected: 0,
    childrenActual: 0,
    uptimeSeconds: 0,
    hostPid: null,
    machine: null,
  });
});

t.test('a state that goes on keeps the time at which it began', async (t) => {
  const first = noHostSnapshot(ABOUT);
  const second = noHostSnapshot({ ...ABOUT, last: first, utcMs: 9_000, detail: 'still taken' });
  t.match(second, { sinceUtcMs: 5_000, atUtcMs: 9_000, detail: 'still taken' });
  const third = noHostSnapshot({ ...ABOUT, last: second, utcMs: 9_500, state: 'stopped' });
  t.equal(third.sinceUtcMs, 9_500);
});

t.test('a monstrous handle is shown by its beginning', async (t) => {
  const { planHandle } = noHostSnapshot({ ...ABOUT, planHandle: 'x'.repeat(100_000) });
  t.ok(planHandle.length < 1_100 && planHandle.endsWith('…'));
});
