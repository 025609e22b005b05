/** What the engine makes of as-run lines: those its hosts end, those that none lived to end, and time without a host. */
import t from 'tap';
import { type AsRunLine, noHostLine } from '../../../supervisors/channel/as-run-line.js';
import { sampleSnapshot } from '../../src/observe/sample-snapshot.js';
import { settle } from '../../support/fake-clock.js';
import { createWorld, type FakeHost, type World } from './fake-world.js';

/** A line of channel 1 about the seconds `from` to `to` of some minute. */
const line = (from: number, to: number, changes: Partial<AsRunLine> = {}): AsRunLine => ({
  ...noHostLine({
    channel: 1,
    start: at(from),
    end: at(to),
    endedBy: 'schedule',
    why: [],
    planHandle: 'morning',
  }),
  kind: 'segment',
  plannedFrames: 300,
  frames: { content: 30 * (to - from), hold: 0, slate: 0, pad: 0, skipped: 0 },
  assetUri: 'a.mp4',
  ...changes,
});
const at = (second: number) => new Date(Date.UTC(2026, 10, 22, 8, 0, second)).toISOString();
const ends = (host: FakeHost, line: AsRunLine) =>
  host.say({ type: 'report', report: { event: 'as_run', line } });
const airs = (host: FakeHost, asRun: AsRunLine) =>
  host.say({ type: 'snapshot', snapshot: sampleSnapshot({ channelId: 1 }), children: [], asRun });
const lines = (w: World) => w.reports.flatMap(({ report }) => (report.event === 'as_run' ? report.line : []));

t.test('lines that a host has ended are passed on as they are', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  airs(host, line(0, 5, { endedBy: null }));
  ends(host, line(0, 10));
  t.same(lines(w), [line(0, 10)]);
});

t.test(
  'when a host dies, the line under way is ended with what was last known, and the gap has its own',
  async (t) => {
    const w = createWorld();
    const host = await w.onAir();
    ends(host, line(0, 10));
    airs(host, line(10, 13, { endedBy: null, why: ['joined'] }));
    host.exits({ signal: 'SIGKILL' });
    await settle();
    t.match(lines(w).slice(1), [
      {
        start: at(10),
        end: at(13),
        endedBy: 'host_lost',
        frames: { content: 90 },
        why: [
          'joined',
          /^host process 5001 was killed by SIGKILL; what it aired in its last 250 ms or so is not known$/,
        ],
      },
    ]);
    airs(w.hosts.last, line(14, 15, { endedBy: null }));
    t.match(lines(w).slice(2), [
      {
        kind: 'no_host',
        start: at(13),
        end: at(14),
        endedBy: 'schedule',
        asPlanned: false,
        why: ['host process 5001 was killed by SIGKILL'],
        planHandle: 'morning',
      },
    ]);
    ends(w.hosts.last, line(14, 20));
    t.same(lines(w).slice(3), [line(14, 20)]);
  },
);

t.test('hosts that die before they air anything are one gap, which ends with the channel', async (t) => {
  const w = createWorld();
  ends(await w.onAir(), line(0, 10));
  for (let i = 0; i < 4; i++) {
    w.hosts.last.exits({ code: 1, lastWords: 'out of memory' });
    await settle();
  }
  await w.stop();
  const [, gap, ...more] = lines(w);
  t.same(more, []);
  t.match(gap, { kind: 'no_host', start: at(10), endedBy: 'stop' });
  t.equal(gap?.end, new Date(w.clock.utcMs()).toISOString());
  t.equal(gap?.why.length, 4, 'each process is named');
});

t.test(
  'a stop passes on the line that the host ends, also one from a host that had to be killed',
  async (t) => {
    const w = createWorld();
    const host = await w.onAir();
    airs(host, line(0, 5, { endedBy: null }));
    const stopped = w.stop();
    await settle();
    ends(host, line(0, 6, { endedBy: 'stop' }));
    host.stopped();
    await stopped;
    t.same(lines(w), [line(0, 6, { endedBy: 'stop' })]);

    const deaf = await w.onAir();
    airs(deaf, line(20, 25, { endedBy: null }));
    const killed = w.stop();
    await w.clock.run(5_000);
    await killed;
    t.match(lines(w).slice(1), [
      { start: at(20), end: at(25), endedBy: 'stop', why: ['its host did not stop in time and was killed'] },
    ]);
  },
);
